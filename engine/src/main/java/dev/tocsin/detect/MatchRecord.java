package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import dev.tocsin.sigma.correlate.GroupKey;
import dev.tocsin.sigma.correlate.KeyedMatch;
import dev.tocsin.sigma.correlate.MatchId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A match as it travels through the stream {@code matches}: {@code {correlation, rule, event, time, group, value,
 * carried, owners}}, time in milliseconds since 1970. The key is the correlation and the group, so that a group has one partition.
 */
final class MatchRecord {
    private MatchRecord() {
    }

    static Event event(KeyedMatch match, String source, Origin origin) {
        ObjectNode json = Json.object();
        json.put("correlation", match.correlation()).put("rule", match.rule()).put("event", match.event().toString())
                .put("time", match.timeMillis());
        put(json.putArray("group"), match.group().values());
        if (match.value() != null) {
            json.put("value", match.value());
        }
        if (!match.carried().isEmpty()) {
            put(json.putArray("carried"), match.carried());
        }
        if (match.stamp() > 0) {
            json.put("owners", match.stamp());
        }
        String key = match.correlation() + "/" + match.group().digest();
        EventId id = EventId.ofAlert("match " + key + " " + match.rule(), List.of(id(match.event())));
        return new Event(id, match.group().customer(), source, origin, key, Instant.ofEpochMilli(match.timeMillis()),
                "", LogSource.UNKNOWN, Json.write(json));
    }

    static KeyedMatch read(Event event) {
        JsonNode json = Json.read(event.json());
        String value = json.hasNonNull("value") ? json.get("value").asString() : null;
        return new KeyedMatch(json.get("correlation").asString(), json.get("rule").asInt(),
                MatchId.parse(json.get("event").asString()), json.get("time").asLong(),
                new GroupKey(event.customer(), texts(json.get("group"))), value, texts(json.get("carried")),
                json.path("owners").asInt(0));
    }

    static EventId id(MatchId id) {
        return new EventId(id.high(), id.low());
    }

    static MatchId id(EventId id) {
        return new MatchId(id.high(), id.low());
    }

    private static void put(ArrayNode array, List<@Nullable String> values) {
        for (String value : values) {
            if (value == null) {
                array.addNull();
            } else {
                array.add(value);
            }
        }
    }

    private static List<@Nullable String> texts(@Nullable JsonNode array) {
        if (array == null) {
            return List.of();
        }
        List<@Nullable String> texts = new ArrayList<>(array.size());
        array.forEach(v -> texts.add(v.isNull() ? null : v.asString()));
        return texts;
    }
}
