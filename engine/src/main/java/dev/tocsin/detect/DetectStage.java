package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Mark;
import dev.tocsin.log.Output;
import dev.tocsin.log.OwnershipMark;
import dev.tocsin.log.ShadowBox;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import dev.tocsin.log.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * From {@code events} to {@code alerts}: one alert for each rule that an event matches. The event is then done; if a rule
 * failed on it, it is dead with that cause, and the alerts of the other rules are raised all the same. What correlations
 * want goes to {@code matches}, through {@link MatchFeed}; a rule that only feeds them raises no alert.
 *
 * <p>What the {@link Gate} does not let in is not matched; an alert that it does not let out waits in {@code shadow}.
 *
 * <p>What rules see of an event {@link Ruleset#match} says. An event that matches nothing is only read by the matcher; a tree
 * is made of it when an alert needs one.
 */
public final class DetectStage implements Stage {
    private final ActiveRules active;
    private final Alerts alerts;
    private final MatchFeed feed;
    private final Verification verification;
    private final Gate gate;
    /** The revision of the owners that holds before the first event of the batch. */
    private int owners;

    /** An engine that handles everything and publishes everything. */
    public DetectStage(ActiveRules active, Alerts alerts, MatchFeed feed, int verifyOneIn) {
        this(active, alerts, feed, verifyOneIn, Gate.NONE);
    }

    /** @param verifyOneIn one event in so many is matched in two ways; 0: none */
    public DetectStage(ActiveRules active, Alerts alerts, MatchFeed feed, int verifyOneIn, Gate gate) {
        this.active = active;
        this.alerts = alerts;
        this.feed = feed;
        this.verification = new Verification(active, verifyOneIn);
        this.gate = gate;
    }

    @Override
    public void assigned(int partition, State state) {
        feed.assigned(partition, state);
    }

    @Override
    public void revoked(int partition) {
        feed.revoked(partition);
    }

    @Override
    public void idle(int partition, Output out) {
        feed.idle(partition, active.ruleset().correlations(), out);
    }

    @Override
    public boolean wantsMarks() {
        return true;
    }

    @Override
    public void batch(int partition, long first, long next) {
        owners = gate.owners(partition, first);
    }

    @Override
    public void handle(int partition, List<Event> events, Output out) {
        Ruleset ruleset = active.ruleset();
        List<String> hits = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        int raised = 0;
        int unkeyed = 0;
        for (Event in : events) {
            if (Mark.is(in)) {
                owners = Math.max(owners, OwnershipMark.revision(in));
                continue;
            }
            Gate.Verdict way = gate.ingress(in.customer(), in.source(), in.id(), owners);
            if (!way.isOpen()) {
                turnAway(in, way, out);
                continue;
            }
            active.costs().sample(ruleset, in);
            Ruleset.Matches matches = verification.verified(ruleset.match(in.json(), in.logSource()), ruleset, in);
            if (!matches.rules().isEmpty()) {
                JsonNode body = body(in);
                for (DetectionRule rule : matches.rules()) {
                    hits.add(rule.id());
                    unkeyed += feed.matched(ruleset, rule, in, body, owners, out);
                    if (!ruleset.correlations().isSilent(rule.id())) {
                        raised += publish(gate, rule.id(), alerts.alert(rule, in, body, ruleset.content()), owners,
                                out);
                    }
                    active.hit(rule.id(), in.time());
                }
            }
            if (matches.failures().isEmpty()) {
                out.done(in);
            } else {
                matches.failures().forEach(f -> failed.add(f.rule().id()));
                out.dead(in, cause(matches.failures()));
            }
        }
        feed.handled(partition, events, ruleset.correlations(), out);
        // Counted last, so that a batch that fails and is tried again is not counted twice.
        active.count(hits, failed, raised);
        active.unkeyed(unkeyed);
    }

    /** What is another engine's is only counted: it is in the log, and that engine has it. */
    private static void turnAway(Event in, Gate.Verdict way, Output out) {
        if (way.passage() == Gate.Passage.CLOSED) {
            out.drop(in, "ingress_closed");
        } else {
            out.hold(Stream.SHADOW, in, way.reason());
        }
    }

    /** @return how many alerts that makes for others to see */
    static int publish(Gate gate, String rule, Event alert, int owners, Output out) {
        Gate.Verdict way = gate.egress(alert.customer(), alert.source(), rule, alert.id(), owners);
        if (way.isOpen()) {
            out.make(Stream.ALERTS, alert);
            return 1;
        }
        out.makeHeld(Stream.SHADOW, alert, way.passage() == Gate.Passage.CLOSED
                ? ShadowBox.decided(way.reason())
                : way.reason());
        return 0;
    }

    /** What an alert tells about comes from the sender, not from what we added. */
    static JsonNode body(Event in) {
        JsonNode body = Json.read(in.json());
        if (body instanceof ObjectNode whole && !(whole.get("vendor") instanceof ObjectNode)) {
            JsonNode ours = whole.remove("tocsin");
            if (ours != null && ours.get(Alerts.ENRICHED) instanceof ArrayNode enriched) {
                whole.putObject("tocsin").set(Alerts.ENRICHED, enriched);
            }
            if (whole.get("event") instanceof ObjectNode inner) {
                inner.remove("original");
            }
        }
        return body;
    }

    private static String cause(List<Ruleset.Failure> failures) {
        return failures.stream().map(f -> "rule " + f.rule().id() + " \"" + f.rule().title() + "\" (" + f.rule().file()
                + ") failed: " + f.cause()).collect(Collectors.joining("; ", "", "; the other rules were applied"));
    }
}
