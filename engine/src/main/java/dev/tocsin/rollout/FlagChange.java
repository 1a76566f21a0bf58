package dev.tocsin.rollout;

import dev.tocsin.event.Json;
import dev.tocsin.log.ChangeLog;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One change of the flags, as it stands in the topic.
 *
 * @param changed the flags that differ from the revision before
 * @param document all flags as they are from this revision on, in flagd's format
 */
public record FlagChange(long revision, String who, Instant when, String why, List<String> changed,
        JsonNode document) {
    public FlagChange {
        changed = List.copyOf(changed);
    }

    byte[] json() {
        ObjectNode json = Json.object();
        json.put("revision", revision).put("who", who).put("when", when.toString()).put("why", why);
        changed.forEach(json.putArray("changed")::add);
        json.set("document", document);
        return Json.write(json);
    }

    /** @throws IllegalArgumentException when it was not written by us */
    static FlagChange read(ChangeLog.Change change) {
        try {
            JsonNode json = Json.read(change.value());
            if (!json.path("document").path("flags").isObject()) {
                throw new IllegalArgumentException("it has no flags");
            }
            List<String> changed = new ArrayList<>();
            json.path("changed").forEach(c -> changed.add(c.asString("")));
            return new FlagChange(change.revision(), json.path("who").asString(""),
                    Instant.parse(json.path("when").asString("")), json.path("why").asString(""), changed,
                    json.path("document"));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("it does not say when it was made", e);
        }
    }
}
