package dev.tocsin.process;

import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of an intake event.
 *
 * @param text what came; when {@code validUtf8} is false, the ISO-8859-1 reading of its bytes
 * @param time the sender's envelope time, else the time of arrival
 * @param created the time of arrival
 * @param tocsin how it came, as the source wrote it
 * @param hint the log source that the source's configuration names, or {@link LogSource#UNKNOWN}
 */
record Intake(String text, boolean validUtf8, Instant time, Instant created, Format format, ObjectNode tocsin,
        LogSource hint) {

    /** @throws MalformedException when the body is not what a source writes */
    static Intake read(byte[] body, Instant fallback) {
        JsonNode root;
        try {
            root = Json.read(body);
        } catch (JacksonException e) {
            throw MalformedException.json("the intake record is not JSON", e);
        }
        JsonNode original = root.path("event").path("original");
        if (!original.isString()) {
            throw new MalformedException("the intake record has no text in event.original; check the source");
        }
        ObjectNode tocsin = root.get("tocsin") instanceof ObjectNode object ? object : Json.object();
        String name = tocsin.path("format").asString("auto");
        Format format = Format.of(name);
        if (format == null) {
            throw new MalformedException("the source names the unknown format \"" + name + "\"; use one of "
                    + String.join(", ", List.of(Format.values()).stream().map(Format::toString).toList()));
        }
        Instant created = instant(root.path("event").path("created"), fallback);
        return new Intake(original.asString(), !tocsin.has("original_base64"),
                instant(root.path("@timestamp"), created),
                created, format, tocsin, logSource(tocsin.get("logsource")));
    }

    /** Offset of the first byte that is not UTF-8; meaningful when {@code validUtf8} is false. */
    int firstInvalidByte() {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        StandardCharsets.UTF_8.newDecoder().decode(bytes, chars, true);
        return bytes.position();
    }

    private static Instant instant(JsonNode node, Instant fallback) {
        Instant parsed = node.isString() ? Timestamps.parse(node.asString(), fallback) : null;
        return parsed == null ? fallback : parsed;
    }

    /** Reads {@code {product, category (text or list), service}}; whatever is not text counts as absent. */
    static LogSource logSource(@Nullable JsonNode node) {
        if (node == null || !node.isObject()) {
            return LogSource.UNKNOWN;
        }
        List<String> categories = new ArrayList<>();
        JsonNode category = node.path("category");
        if (category.isString()) {
            categories.add(category.asString());
        }
        for (JsonNode item : category.isArray() ? category : Json.object()) {
            if (item.isString()) {
                categories.add(item.asString());
            }
        }
        return new LogSource(text(node.path("product")), categories, text(node.path("service")));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() && !node.asString().isEmpty() ? node.asString() : null;
    }
}
