package dev.tocsin.source.api;

import tools.jackson.databind.JsonNode;

/** Ways into JSON with dots between, such as {@code pagination.next}; a name that has dots itself is found too. */
final class Fields {
    private Fields() {
    }

    /** What stands there, or a missing node. An empty way is the node itself. */
    static JsonNode at(JsonNode node, String way) {
        if (way.isEmpty()) {
            return node;
        }
        JsonNode whole = node.path(way);
        if (!whole.isMissingNode()) {
            return whole;
        }
        for (int dot = way.indexOf('.'); dot > 0; dot = way.indexOf('.', dot + 1)) {
            JsonNode found = at(node.path(way.substring(0, dot)), way.substring(dot + 1));
            if (!found.isMissingNode()) {
                return found;
            }
        }
        return whole;
    }
}
