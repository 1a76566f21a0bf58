package dev.tocsin.source;

import dev.tocsin.event.Json;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a request body that holds many JSON values and gives back the bytes of each, as they were sent. The parser has
 * the house's limits for one value (depth, length of a number) but none for the whole body, which has its own.
 */
final class JsonSlices implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(Json.DEPTH_MAX)
                    .maxDocumentLength(-1).maxTokenCount(-1).maxNumberLength(1000)
                    .maxStringLength(Json.DOCUMENT_BYTES_MAX).maxNameLength(50_000).build())
            .build()).enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private final byte[] body;
    private final JsonParser parser;

    JsonSlices(byte[] body) {
        this.body = body;
        parser = MAPPER.createParser(body);
    }

    JsonParser parser() {
        return parser;
    }

    /** Where the current token begins. */
    int start() {
        return offset(parser.currentTokenLocation());
    }

    /** Where the current token ends. */
    int end() {
        parser.finishToken();
        return offset(parser.currentLocation());
    }

    /** The parser would read UTF-16 and UTF-32 too, but then it knows no byte offsets; RFC 8259 allows only UTF-8. */
    private int offset(TokenStreamLocation location) {
        if (location.getByteOffset() < 0) {
            throw new StreamReadException(parser, "it is not UTF-8");
        }
        return Math.toIntExact(location.getByteOffset());
    }

    byte[] slice(int from, int to) {
        return Arrays.copyOfRange(body, from, to);
    }

    /** The bytes of the value at which the parser is; moves to its end. */
    byte[] value() {
        int from = start();
        parser.skipChildren();
        return slice(from, end());
    }

    @Override
    public void close() {
        parser.close();
    }

    /** Why the bytes are not one JSON object, or empty when they are one. */
    static Optional<String> whyNotAnObject(byte[] json) {
        try (JsonSlices s = new JsonSlices(json)) {
            if (s.parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.of("it is not a JSON object");
            }
            s.value();
            return s.parser.nextToken() == null
                    ? Optional.empty()
                    : Optional.of("something follows the JSON object");
        } catch (JacksonException e) {
            return Optional.of(message(e));
        }
    }

    /** What is wrong and where, without the parser's own advice. */
    static String message(JacksonException e) {
        String where = e.getLocation() == null ? "" : " at byte " + Math.max(0, e.getLocation().getByteOffset());
        return "not valid JSON" + where + ": " + e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
    }

    /**
     * The text of the field at a path such as {@code winlog.record_id}: a field of that whole name, or nested ones.
     *
     * @return null when there is no such field, or it is neither text nor a number
     */
    static @Nullable String text(byte[] json, @Nullable String path) {
        if (path == null) {
            return null;
        }
        try {
            JsonNode node = Json.read(json);
            JsonNode found = node.path(path);
            if (found.isMissingNode()) {
                found = node;
                for (String name : path.split("\\.")) {
                    found = found.path(name);
                }
            }
            return found.isString() || found.isNumber() ? found.asString() : null;
        } catch (JacksonException _) {
            return null;
        }
    }
}
