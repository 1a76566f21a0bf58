package dev.tocsin.index;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Walks a JSON document: every value that is no object and no array, with its dotted path. Elements share a path. */
final class Leaves {
    /** Receives the leaves in the order of the document. */
    @FunctionalInterface
    interface Sink {
        /** @param path as written; empty in a document of one value */
        void leaf(String path, JsonNode value);
    }

    private final Sink sink;
    private final StringBuilder path = new StringBuilder();

    private Leaves(Sink sink) {
        this.sink = sink;
    }

    static void each(JsonNode document, Sink sink) {
        new Leaves(sink).walk(document);
    }

    private void walk(JsonNode node) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> property : node.properties()) {
                int length = path.length();
                if (length > 0) {
                    path.append('.');
                }
                path.append(property.getKey());
                walk(property.getValue());
                path.setLength(length);
            }
        } else if (node.isArray()) {
            for (JsonNode element : node) {
                walk(element);
            }
        } else if (!node.isNull()) {
            sink.leaf(path.toString(), node);
        }
    }
}
