package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An event or alert as one line of JSON; {@code tocsin} says what the envelope says. */
final class JsonLine {
    private JsonLine() {
    }

    static byte[] of(Event event) {
        return Json.write(body(event));
    }

    /** The event's body with the envelope in {@code tocsin}. */
    static JsonNode body(Event event) {
        JsonNode body = Json.read(event.json());
        if (body instanceof ObjectNode object) {
            ObjectNode tocsin = object.get("tocsin") instanceof ObjectNode there ? there : object.putObject("tocsin");
            tocsin.put("id", event.id().toString()).put("customer", event.customer()).put("source", event.source())
                    .put("origin", event.origin().toString());
        }
        return body;
    }
}
