package dev.tocsin.rollout;

import dev.tocsin.event.Json;
import dev.tocsin.log.ChangeLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far a rollout is; each change of it is a record in {@code control-rollout}.
 *
 * @param yaml the plan as it was given
 * @param step index of the current one
 * @param entered when the step was put in force; null while that is still to be done
 * @param from and {@code to}: what the engines had counted then
 * @param phases those that are over
 * @param node at which the last change was made; it makes the next one, too, as long as it can
 * @param who made the last change, and why
 */
public record RolloutState(long revision, Status status, String yaml, int step, @Nullable Instant entered,
        Evidence.Totals from, Evidence.Totals to, List<Phase> phases, String node, String who, Instant when,
        String why) {

    /** What a rollout does. */
    public enum Status {
        RUNNING,
        /** It waits for a person. */
        HALTED,
        DONE,
        ABORTED
    }

    /**
     * A step that is over, or halted.
     *
     * @param gates what each gate said at its end
     * @param result passed, promoted, halted or aborted
     */
    public record Phase(int step, String what, @Nullable Instant entered, Instant left, List<String> gates,
            String result) {
        public Phase {
            gates = List.copyOf(gates);
        }
    }

    public RolloutState {
        phases = List.copyOf(phases);
    }

    boolean isOpen() {
        return status == Status.RUNNING || status == Status.HALTED;
    }

    byte[] json() {
        ObjectNode json = Json.object();
        json.put("revision", revision).put("status", status.name().toLowerCase(Locale.ROOT)).put("yaml", yaml)
                .put("step", step).put("node", node).put("who", who).put("when", when.toString()).put("why", why);
        if (entered != null) {
            json.put("entered", entered.toString());
        }
        put(json.putObject("from"), from);
        put(json.putObject("to"), to);
        ArrayNode all = json.putArray("phases");
        for (Phase phase : phases) {
            ObjectNode one = all.addObject().put("step", phase.step).put("what", phase.what).put("left", phase.left
                    .toString()).put("result", phase.result);
            if (phase.entered != null) {
                one.put("entered", phase.entered.toString());
            }
            phase.gates.forEach(one.putArray("gates")::add);
        }
        return Json.write(json);
    }

    private static void put(ObjectNode json, Evidence.Totals totals) {
        json.put("in", totals.in()).put("raised", totals.raised()).put("dead", totals.dead());
    }

    /** @throws IllegalArgumentException when it was not written by us */
    static RolloutState read(ChangeLog.Change change) {
        try {
            JsonNode json = Json.read(change.value());
            List<Phase> phases = new ArrayList<>();
            for (JsonNode p : json.path("phases")) {
                List<String> gates = new ArrayList<>();
                p.path("gates").forEach(g -> gates.add(g.asString("")));
                phases.add(new Phase(p.path("step").asInt(0), p.path("what").asString(""), time(p.path("entered")),
                        Instant.parse(p.path("left").asString("")), gates, p.path("result").asString("")));
            }
            return new RolloutState(change.revision(),
                    Status.valueOf(json.path("status").asString("").toUpperCase(Locale.ROOT)),
                    json.path("yaml").asString(""), json.path("step").asInt(0), time(json.path("entered")),
                    totals(json.path("from")), totals(json.path("to")), phases, json.path("node").asString(""),
                    json.path("who").asString(""),
                    Instant.parse(json.path("when").asString("")), json.path("why").asString(""));
        } catch (JacksonException | java.time.DateTimeException e) {
            throw new IllegalArgumentException("it cannot be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable Instant time(JsonNode text) {
        return text.isString() ? Instant.parse(text.asString("")) : null;
    }

    private static Evidence.Totals totals(JsonNode json) {
        return new Evidence.Totals(json.path("in").asLong(0), json.path("raised").asLong(0), json.path("dead").asLong(
                0));
    }
}
