package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes alerts. The body has the fields that users' scripts depend on (id, rule, customer, engine, content, site, epoch,
 * time, events, group, summary) and, so that index and search treat alerts as they treat events, ECS's {@code
 * @timestamp}, {@code event.kind}, {@code host.name}, {@code user.name}, {@code source.ip} and our {@code tocsin}.
 *
 * @param engine which engine raised it
 * @param site where the engine runs
 * @param epoch the site's epoch
 */
public record Alerts(String engine, String site, long epoch) {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu.MM.dd").withZone(ZoneOffset.UTC);

    /** @param body the event's, from which the summary takes what tells most */
    Event alert(DetectionRule rule, Event in, JsonNode body, String content) {
        EventId id = EventId.ofAlert(rule.id(), List.of(in.id()));
        // The event's time and not the clock's: the same events and rules must give the same alerts whenever they run.
        Instant time = in.time();
        Telling telling = Telling.of(body);
        ObjectNode json = Json.object();
        json.put("@timestamp", time.toString());
        json.put("id", id.toString());
        json.set("rule", rule(rule));
        json.put("customer", in.customer()).put("engine", engine).put("content", content).put("site", site)
                .put("epoch", epoch).put("time", time.toString());
        json.putArray("events").add(in.id().toString());
        json.putNull("group");
        json.put("summary", telling.summary(in));
        json.putObject("event").put("kind", "alert");
        putField(json, "host", "name", telling.host());
        putField(json, "user", "name", telling.user());
        putField(json, "source", "ip", telling.address());
        json.putObject("tocsin").put("id", id.toString()).put("customer", in.customer()).put("source", in.source())
                .put("origin", in.origin().toString());
        return in.derive(id, time, "alerts-" + in.customer() + "-" + DAY.format(time), in.logSource(),
                Json.write(json));
    }

    private static ObjectNode rule(DetectionRule rule) {
        ObjectNode json = Json.object();
        json.put("id", rule.id()).put("title", rule.title()).put("level", rule.level()).put("author", rule.author());
        rule.references().forEach(json.putArray("references")::add);
        rule.tags().forEach(json.putArray("tags")::add);
        return json;
    }

    private static void putField(ObjectNode json, String object, String name, @Nullable String value) {
        if (value != null) {
            json.putObject(object).put(name, value);
        }
    }
}
