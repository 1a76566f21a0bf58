package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An event as it came: {@code event.original}, in one line. JSON over several lines is written anew in one; in other text
 * line ends become blanks. What has no original, such as an alert, is written as JSON.
 */
final class OriginalLine {
    private OriginalLine() {
    }

    static byte[] of(Event event) {
        JsonNode original = Json.read(event.json()).path("event").path("original");
        if (!original.isString() || original.asString().isBlank()) {
            return JsonLine.of(event);
        }
        String text = original.asString().strip();
        if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Json.write(Json.read(text));
        } catch (JacksonException _) {
            return SinkRecord.flat(text).getBytes(StandardCharsets.UTF_8);
        }
    }
}
