package dev.tocsin.process;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts the body of a processed event together; see the package for its form. */
final class Body {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy.MM.dd").withZone(ZoneOffset.UTC);
    /** Smaller bodies cannot break the token limit of their readers. */
    private static final int CERTAIN_BYTES = 1_000_000;

    private Body() {
    }

    /** {@code events-<customer>-yyyy.MM.dd}, the day of the event in UTC. */
    static String index(String customer, Instant time) {
        return "events-" + customer + "-" + DAY.format(time);
    }

    /**
     * @param event under whose id the body goes on
     * @param original what came, or the part of it that is this event
     * @param vendor what rules see
     * @param ecs the mapped fields; taken over
     * @throws MalformedException when readers would refuse the body for its size
     */
    static byte[] write(Event event, Intake in, String original, Instant time, LogSource logSource, String format,
            ObjectNode vendor, ObjectNode ecs) {
        ObjectNode body = Json.object();
        body.put("@timestamp", time.toString());
        body.putObject("ecs").put("version", Ecs.VERSION);
        ObjectNode about = body.putObject("event");
        about.put("original", original);
        about.put("created", in.created().toString());
        about.put("kind", "event");
        Ecs.merge(ecs, body);
        array(about, "category");
        array(about, "type");
        Ecs.put(body, "host.name", in.tocsin().path("hec").path("host").asString(null));
        Ecs.put(body, "log.file.path", in.tocsin().path("file").path("path").asString(null));
        Ecs.put(body, "log.source.address", in.tocsin().path("peer").asString(null));
        body.set("vendor", vendor);
        body.set("tocsin", tocsin(event, in, logSource, format));
        return bytes(body);
    }

    private static void array(ObjectNode about, String name) {
        if (!(about.get(name) instanceof ArrayNode)) {
            about.putArray(name);
        }
    }

    private static ObjectNode tocsin(Event event, Intake in, LogSource logSource, String format) {
        ObjectNode tocsin = Json.object();
        tocsin.put("id", event.id().toString());
        tocsin.put("customer", event.customer());
        tocsin.put("source", event.source());
        tocsin.put("origin", event.origin().toString());
        ObjectNode kind = tocsin.putObject("logsource");
        put(kind, "product", logSource.product());
        if (!logSource.category().isEmpty()) {
            ArrayNode category = kind.putArray("category");
            logSource.category().forEach(category::add);
        }
        put(kind, "service", logSource.service());
        tocsin.put("format", format);
        for (var field : in.tocsin().properties()) {
            tocsin.putIfAbsent(field.getKey(), field.getValue());
        }
        return tocsin;
    }

    private static void put(ObjectNode node, String name, @Nullable String value) {
        if (value != null) {
            node.put(name, value);
        }
    }

    private static byte[] bytes(ObjectNode body) {
        byte[] json = Json.write(body);
        if (json.length > CERTAIN_BYTES) {
            try {
                Json.read(json);
            } catch (JacksonException e) {
                throw MalformedException.json("the event becomes too large when normalised (" + json.length + " bytes)",
                        e);
            }
        }
        return json;
    }
}
