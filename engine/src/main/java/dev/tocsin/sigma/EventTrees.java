package dev.tocsin.sigma;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads events that the fast reader leaves to others: with limits, the last of members of one name counts. */
final class EventTrees {
    private static final int DOCUMENT_BYTES_MAX = 16 * 1024 * 1024;

    private static final JsonMapper MAPPER = JsonMapper
            .builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(200)
                            .maxDocumentLength(DOCUMENT_BYTES_MAX).maxNumberLength(1000)
                            .maxStringLength(DOCUMENT_BYTES_MAX).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private EventTrees() {
    }

    static JsonNode read(byte[] json, int from, int to) {
        return MAPPER.readTree(json, from, to - from);
    }
}
