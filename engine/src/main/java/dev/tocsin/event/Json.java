package dev.tocsin.event;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The one JSON parser of the house, with limits against hostile documents, so that all rooms read alike. */
public final class Json {
    /** Deeper objects are refused: no real log nests so far, and every consumer recurses. */
    public static final int DEPTH_MAX = 200;
    public static final int DOCUMENT_BYTES_MAX = 16 * 1024 * 1024;
    private static final int TOKENS_MAX = 1_000_000;

    private static final JsonMapper MAPPER = JsonMapper
            .builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX)
                            .maxDocumentLength(DOCUMENT_BYTES_MAX).maxTokenCount(TOKENS_MAX).maxNumberLength(1000)
                            .maxStringLength(DOCUMENT_BYTES_MAX).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private Json() {
    }

    /** For binding and for streams; documents are better read by {@link #read}. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** @throws JacksonException with line and column, when the bytes are not one JSON value within the limits */
    public static JsonNode read(byte[] json) {
        return MAPPER.readTree(json);
    }

    /** @throws JacksonException as {@link #read(byte[])} */
    public static JsonNode read(String json) {
        return MAPPER.readTree(json);
    }

    public static byte[] write(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }
}
