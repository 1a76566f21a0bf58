package dev.tocsin.source;

import dev.tocsin.event.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the body of an intake event: {@code @timestamp}, {@code event.original}, {@code event.created} and, under
 * {@code tocsin}, how it came. Bytes that are not UTF-8 stay whole in {@code tocsin.original_base64}, and
 * {@code event.original} then is their ISO-8859-1 reading, so that nothing is ever replaced by a question mark.
 */
final class IntakeBody {
    private IntakeBody() {
    }

    static byte[] write(Received r) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(r.original().length + 320);
        try (JsonGenerator json = Json.mapper().createGenerator(out)) {
            String text = new String(r.original(), StandardCharsets.UTF_8);
            boolean utf8 = text.indexOf('\uFFFD') < 0 || isUtf8(r.original());
            json.writeStartObject();
            json.writeStringProperty("@timestamp", (r.sent() == null ? r.arrival() : r.sent()).toString());
            json.writeObjectPropertyStart("event");
            json.writeStringProperty("original", utf8 ? text : new String(r.original(), StandardCharsets.ISO_8859_1));
            json.writeStringProperty("created", r.arrival().toString());
            json.writeEndObject();
            json.writeObjectPropertyStart("tocsin");
            json.writeStringProperty("format", r.feed().format());
            if (!utf8) {
                json.writeBinaryProperty("original_base64", r.original());
            }
            writeWay(json, r);
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void writeWay(JsonGenerator json, Received r) {
        json.writeStringProperty("transport", r.feed().transport());
        if (!r.peer().isEmpty()) {
            json.writeStringProperty("peer", r.peer());
        }
        if (r.beside() != null) {
            json.writeName(r.feed().transport().equals("kafka") ? "kafka" : "hec");
            json.writeTree(r.beside());
        }
        if (r.identity() instanceof Identity.Position(_, long offset)) {
            json.writeObjectPropertyStart("file");
            json.writeStringProperty("path", r.key());
            json.writeNumberProperty("offset", offset);
            json.writeEndObject();
        }
        LogSourceHint hint = r.feed().logsource();
        if (!hint.equals(LogSourceHint.NONE)) {
            json.writeObjectPropertyStart("logsource");
            if (hint.product() != null) {
                json.writeStringProperty("product", hint.product());
            }
            if (hint.category() != null) {
                json.writeStringProperty("category", hint.category());
            }
            if (hint.service() != null) {
                json.writeStringProperty("service", hint.service());
            }
            json.writeEndObject();
        }
    }

    /** The character U+FFFD may stand in valid text; only then is the strict decoder asked. */
    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
