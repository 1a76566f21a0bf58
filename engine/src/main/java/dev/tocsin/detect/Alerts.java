package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import dev.tocsin.sigma.correlate.Firing;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes alerts. The body has the fields that users' scripts depend on (id, rule, customer, engine, content, site, epoch,
 * time, events, group, summary) and, so that index and search treat alerts as they treat events, ECS's {@code
 * @timestamp}, {@code event.kind}, {@code host.name}, {@code user.name}, {@code source.ip} and our {@code tocsin}.
 *
 * @param engine which engine raised it
 * @param site where the engine runs
 * @param epoch the site's epoch
 * @param run the replay in which it is raised; empty for an engine that lives, whose alerts name none
 */
public record Alerts(String engine, String site, long epoch, String run) {
    /** The field of {@code tocsin} in which the process stage names the fields that it took from tables. */
    static final String ENRICHED = "enriched";
    private static final int ENRICHED_MAX = 16;
    private static final int EVENTS_NAMED_MAX = 1000;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu.MM.dd").withZone(ZoneOffset.UTC);

    /** Of an engine that lives. */
    public Alerts(String engine, String site, long epoch) {
        this(engine, site, epoch, "");
    }

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
        if (!run.isEmpty()) {
            json.put("run", run);
        }
        json.putArray("events").add(in.id().toString());
        json.putNull("group");
        json.put("summary", telling.summary(in));
        json.putObject("event").put("kind", "alert");
        putField(json, "host", "name", telling.host());
        putField(json, "user", "name", telling.user());
        putField(json, "source", "ip", telling.address());
        enriched(body, json);
        json.putObject("tocsin").put("id", id.toString()).put("customer", in.customer()).put("source", in.source())
                .put("origin", in.origin().toString());
        return in.derive(id, time, "alerts-" + in.customer() + "-" + DAY.format(time), in.logSource(),
                Json.write(json));
    }

    /**
     * The alert of a correlation. Its body names at most {@value #EVENTS_NAMED_MAX} of the events, the latest; its id is made
     * of all of them, and {@code events_total} says how many there are.
     */
    Event alert(Firing firing, String content) {
        EventId id = MatchRecord.id(firing.id());
        Instant time = Instant.ofEpochMilli(firing.timeMillis());
        DetectionRule rule = Correlations.describe(firing.rule());
        String customer = firing.group().customer();
        int total = firing.events().size();
        ObjectNode json = Json.object();
        json.put("@timestamp", time.toString());
        json.put("id", id.toString());
        json.set("rule", rule(rule));
        json.put("customer", customer).put("engine", engine).put("content", content).put("site", site)
                .put("epoch", epoch).put("time", time.toString());
        if (!run.isEmpty()) {
            json.put("run", run);
        }
        ArrayNode events = json.putArray("events");
        firing.events().subList(Math.max(0, total - EVENTS_NAMED_MAX), total).forEach(e -> events.add(e.toString()));
        json.put("events_total", total);
        ObjectNode group = json.putObject("group");
        for (int i = 0; i < firing.rule().groupBy().size(); i++) {
            group.put(firing.rule().groupBy().get(i), firing.group().values().get(i));
        }
        json.put("summary", CorrelationSummary.of(firing));
        json.putObject("event").put("kind", "alert");
        json.putObject("tocsin").put("id", id.toString()).put("customer", customer).put("source", "correlate")
                .put("origin", origin().toString());
        return new Event(id, customer, "correlate", origin(), rule.id() + "/" + firing.group().digest(), time,
                "alerts-" + customer + "-" + DAY.format(time), LogSource.UNKNOWN, Json.write(json));
    }

    /** Of what is found in many events and so comes from no single place. */
    Origin origin() {
        return new Origin(site, "correlate", epoch, 0);
    }

    /** What tables said about the event goes along, at the same place. Nothing of the alert itself gives way to it. */
    private static void enriched(JsonNode body, ObjectNode json) {
        int count = 0;
        for (JsonNode path : body.path("tocsin").path(ENRICHED)) {
            String[] names = path.asString("").split("\\.");
            JsonNode from = body;
            for (String name : names) {
                from = from.path(name);
            }
            if (from.isMissingNode() || count++ >= ENRICHED_MAX) {
                continue;
            }
            JsonNode at = json;
            for (int i = 0; i < names.length - 1 && at instanceof ObjectNode object; i++) {
                at = object.has(names[i]) ? object.get(names[i]) : object.putObject(names[i]);
            }
            String last = names[names.length - 1];
            if (at instanceof ObjectNode object && !object.has(last)) {
                object.set(last, from);
            }
        }
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
