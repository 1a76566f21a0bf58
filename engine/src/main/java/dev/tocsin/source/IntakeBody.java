package dev.tocsin.source;

import dev.tocsin.event.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the body of an intake event: {@code @timestamp}, {@code event.original}, {@code event.created} and, under
 * {@code tocsin}, how it came. Bytes that are not UTF-8 stay whole in {@code tocsin.original_base64}, and
 * {@code event.original} then is their ISO-8859-1 reading, so that nothing is ever replaced by a question mark. Owned by
 * one thread.
 */
final class IntakeBody {
    private static final byte[] TIMESTAMP = ascii("{\"@timestamp\":\"");
    private static final byte[] ORIGINAL = ascii("\",\"event\":{\"original\":\"");
    private static final byte[] CREATED = ascii("\",\"created\":\"");
    private static final byte[] END = ascii("\"},\"tocsin\":");

    private @Nullable Instant arrival;
    private byte[] arrivalText = {};
    private @Nullable Feed feed;
    private String peer = "";
    private byte[] way = {};

    /** As JSON. One writer writes many: what they have in common is made once. */
    byte[] write(Received r) {
        byte[] original = r.original();
        int escapes = r.sent() == null && r.beside() == null && r.identity() instanceof Identity.Content
                ? escapes(original)
                : -1;
        return escapes < 0 ? writeAny(r) : writePlain(r, escapes);
    }

    /** How many characters need a backslash; below 0 when that is not all that plain text needs. */
    private static int escapes(byte[] original) {
        int escapes = 0;
        for (byte b : original) {
            if (b < ' ') {
                return -1;
            }
            if (b == '"' || b == '\\') {
                escapes++;
            }
        }
        return escapes;
    }

    /** Printable ASCII, which nearly all messages are. */
    private byte[] writePlain(Received r, int escapes) {
        if (!r.arrival().equals(arrival)) {
            arrival = r.arrival();
            arrivalText = ascii(r.arrival().toString());
        }
        if (!r.feed().equals(feed) || !r.peer().equals(peer)) {
            feed = r.feed();
            peer = r.peer();
            way = way(r);
        }
        byte[] original = r.original();
        byte[] out = new byte[TIMESTAMP.length + ORIGINAL.length + CREATED.length + END.length + way.length + 1
                + 2 * arrivalText.length + original.length + escapes];
        int at = put(TIMESTAMP, out, 0);
        at = put(arrivalText, out, at);
        at = put(ORIGINAL, out, at);
        if (escapes == 0) {
            at = put(original, out, at);
        } else {
            for (byte b : original) {
                if (b == '"' || b == '\\') {
                    out[at++] = '\\';
                }
                out[at++] = b;
            }
        }
        at = put(CREATED, out, at);
        at = put(arrivalText, out, at);
        at = put(END, out, at);
        at = put(way, out, at);
        out[at] = '}';
        return out;
    }

    private static int put(byte[] from, byte[] into, int at) {
        System.arraycopy(from, 0, into, at, from.length);
        return at + from.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] way(Received r) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.mapper().createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("format", r.feed().format());
            writeWay(json, r);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static byte[] writeAny(Received r) {
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
