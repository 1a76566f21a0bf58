package dev.tocsin.rollout;

import dev.tocsin.event.Json;
import dev.tocsin.log.ChangeLog;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A hand-over, as it stands in the topic.
 *
 * @param set what is different from the revision before
 * @param offsets by partition of {@code events}: what stands behind it is of this revision
 */
public record OwnerChange(long revision, String who, Instant when, String why, List<Assignment> set,
        List<Long> offsets) {
    public OwnerChange {
        set = List.copyOf(set);
        offsets = List.copyOf(offsets);
    }

    byte[] json() {
        ObjectNode json = Json.object();
        json.put("revision", revision).put("who", who).put("when", when.toString()).put("why", why);
        ArrayNode all = json.putArray("set");
        set.forEach(a -> all.addObject().put("customer", a.customer()).put("source", a.source())
                .put("engine", a.engine()));
        offsets.forEach(json.putArray("offsets")::add);
        return Json.write(json);
    }

    /** @throws IllegalArgumentException when it was not written by us */
    static OwnerChange read(ChangeLog.Change change) {
        try {
            JsonNode json = Json.read(change.value());
            List<Assignment> set = new ArrayList<>();
            json.path("set").forEach(a -> set.add(new Assignment(a.path("customer").asString(""),
                    a.path("source").asString(Assignment.ALL), a.path("engine").asString(""))));
            List<Long> offsets = new ArrayList<>();
            json.path("offsets").forEach(o -> offsets.add(o.asLong()));
            return new OwnerChange(change.revision(), json.path("who").asString(""),
                    Instant.parse(json.path("when").asString("")), json.path("why").asString(""), set, offsets);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("it does not say when it was made", e);
        }
    }
}
