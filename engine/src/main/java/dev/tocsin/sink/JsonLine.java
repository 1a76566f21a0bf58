package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.io.ByteArrayOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An event or alert as one line of JSON, ended by a line feed; {@code tocsin} says what the envelope says. */
final class JsonLine {
    private JsonLine() {
    }

    static void write(Event event, ByteArrayOutputStream to) {
        JsonNode body = Json.read(event.json());
        if (body instanceof ObjectNode object) {
            ObjectNode tocsin = object.get("tocsin") instanceof ObjectNode there ? there : object.putObject("tocsin");
            tocsin.put("id", event.id().toString()).put("customer", event.customer()).put("source", event.source())
                    .put("origin", event.origin().toString());
        }
        to.writeBytes(Json.write(body));
        to.write('\n');
    }
}
