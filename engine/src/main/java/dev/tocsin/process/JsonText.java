package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A JSON object, and which vendor's shape it has. */
final class JsonText {
    /** The vendor's object stands one level below the root of the event, whose readers have the same limit. */
    private static final int DEPTH_MAX = Json.DEPTH_MAX - 1;

    private JsonText() {
    }

    /** @throws MalformedException when it is not one JSON object in UTF-8 within the limits */
    static ObjectNode read(String text, Intake in, String where) {
        if (!in.validUtf8()) {
            throw new MalformedException(where + ": the bytes are not valid UTF-8 (first at byte "
                    + in.firstInvalidByte() + "); encode the sender's output as UTF-8");
        }
        JsonNode node;
        try {
            node = Json.read(text);
        } catch (JacksonException e) {
            throw MalformedException.json(where, e);
        }
        if (!(node instanceof ObjectNode object)) {
            throw new MalformedException(where + " at line 1 column 1: an event is one JSON object, and this is "
                    + (node.isArray() ? "an array; send its elements one by one" : "not one"));
        }
        if (depth(object, 1) > DEPTH_MAX) {
            throw new MalformedException(where + ": nested deeper than " + DEPTH_MAX + " levels; flatten the event");
        }
        return object;
    }

    /** Which shape the object has. CloudTrail's batches are looked for before, by {@link CloudTrail#records}. */
    static Parsed parsed(ObjectNode raw, Intake in) {
        Instant arrival = in.created();
        if (in.format() == Format.OTLP || in.format() == Format.AUTO && Otlp.looksLike(raw)) {
            return Otlp.parse(raw, arrival);
        }
        Parsed windows = in.format() == Format.ZEEK ? null : WindowsJson.parse(raw, arrival);
        if (windows != null) {
            EcsShaped.copy(raw, windows.ecs());
            return windows;
        }
        Parsed zeek = Zeek.parse(raw, in);
        if (zeek != null) {
            return zeek;
        }
        if (in.format() == Format.CLOUDTRAIL || CloudTrail.looksLike(raw)) {
            return Parsed.of(Format.CLOUDTRAIL, raw, Timestamps.first(raw, arrival, "eventTime", "@timestamp"));
        }
        Format format = in.format() == Format.WINDOWS ? Format.WINDOWS : Format.JSON;
        Parsed parsed = Parsed.of(format, raw,
                Timestamps.first(raw, arrival, "@timestamp", "timestamp", "eventTime",
                        "EventTime", "time", "ts", "published", "datetime", "date", "_time", "created_at", "UtcTime"));
        EcsShaped.copy(raw, parsed.ecs());
        Ecs.put(parsed.ecs(), "message", text(raw, "message", "msg", "log"));
        return parsed;
    }

    private static @Nullable String text(ObjectNode raw, String... names) {
        for (String name : names) {
            if (raw.path(name).isString()) {
                return raw.path(name).asString();
            }
        }
        return null;
    }

    private static int depth(JsonNode node, int here) {
        int deepest = here;
        for (JsonNode child : node) {
            if (child.isContainer()) {
                deepest = Math.max(deepest, depth(child, here + 1));
            }
        }
        return deepest;
    }
}
