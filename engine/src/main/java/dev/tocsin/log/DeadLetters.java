package dev.tocsin.log;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The form of a record in {@code dead}: the event as it was, the stage that could not handle it, the stream it came
 * from, and the cause.
 */
final class DeadLetters {
    private static final int CAUSE_MAX = 2_000;
    /** Letters are ours and bounded by the log; each holds an event that may be at the limits of {@link Json} itself. */
    private static final JsonMapper LETTERS = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(Json.DEPTH_MAX + 2)
                    .maxDocumentLength(-1).maxTokenCount(-1).maxNumberLength(1000)
                    .maxStringLength(Integer.MAX_VALUE).build())
            .build()).build();

    private DeadLetters() {
    }

    static Event wrap(Event event, String stage, String stream, String cause) {
        ObjectNode out = Json.object();
        out.put("id", event.id().toString());
        out.put("time", Instant.now().toString());
        out.put("stage", stage);
        out.put("stream", stream);
        out.put("customer", event.customer());
        out.put("source", event.source());
        boolean cut = event.json().length > KafkaClients.EVENT_BYTES_MAX;
        byte[] bytes = cut ? Arrays.copyOf(event.json(), KafkaClients.EVENT_BYTES_MAX) : event.json();
        String whole = cut ? cause + " (its first " + bytes.length + " of " + event.json().length + " bytes)" : cause;
        out.put("cause", whole.length() > CAUSE_MAX ? whole.substring(0, CAUSE_MAX) + "…" : whole);
        JsonNode body = bodyOf(bytes);
        if (body != null) {
            out.set("event", body);
        } else {
            out.put("event_base64", Base64.getEncoder().encodeToString(bytes));
        }
        return event.with(event.time(), event.index(), event.logSource(), Json.write(out));
    }

    /** The event as it was before it was wrapped. */
    static Event unwrap(Event dead) {
        JsonNode json = LETTERS.readTree(dead.json());
        JsonNode body = json.get("event");
        byte[] bytes = body != null
                ? Json.write(body)
                : Base64.getDecoder().decode(json.path("event_base64").asString(""));
        return dead.with(dead.time(), dead.index(), dead.logSource(), bytes);
    }

    /** The stream into which a replay must put it. */
    static Stream stream(Event dead) {
        String name = LETTERS.readTree(dead.json()).path("stream").asString(Stream.INTAKE.topic());
        return Stream.parse(name);
    }

    static String stage(Event dead) {
        return LETTERS.readTree(dead.json()).path("stage").asString("");
    }

    /** @param state what an operator said of it */
    static DeadEntry entry(Event dead, String state) {
        JsonNode json = LETTERS.readTree(dead.json());
        return new DeadEntry(dead.id(), time(dead), json.path("stage").asString(""), dead.customer(), dead.source(),
                json.path("cause").asString(""), original(json), state);
    }

    static Instant time(Event dead) {
        return Instant.parse(LETTERS.readTree(dead.json()).path("time").asString("1970-01-01T00:00:00Z"));
    }

    private static String original(JsonNode json) {
        JsonNode bytes = json.at("/event/tocsin/original_base64");
        if (bytes.isString()) {
            return "base64:" + bytes.asString();
        }
        JsonNode text = json.at("/event/event/original");
        if (text.isString()) {
            return text.asString();
        }
        JsonNode body = json.get("event");
        return body != null ? body.toString() : "base64:" + json.path("event_base64").asString("");
    }

    /**
     * A body that is not a JSON object (somebody else wrote to our topic) is kept as bytes, and so is one that would not
     * fit when written our way.
     */
    private static @Nullable JsonNode bodyOf(byte[] json) {
        try {
            JsonNode node = Json.read(json);
            byte[] again = node.isObject() ? Json.write(node) : new byte[0];
            boolean fits = again.length > 0 && again.length <= json.length + json.length / 3;
            return fits && new String(json, StandardCharsets.UTF_8).indexOf('\uFFFD') < 0 ? node : null;
        } catch (JacksonException _) {
            return null;
        }
    }
}
