package dev.tocsin.sigma;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which part of a document is the event that rules see.
 *
 * @param within the top-level member that is the event; null for the whole document
 * @param without dotted ways to members of the event that rules do not see; each dot leads into an object, or into
 * the objects of an array
 */
public record EventScope(@Nullable String within, List<String> without) {
    /** All of the document. */
    public static final EventScope WHOLE = new EventScope(null, List.of());

    public EventScope {
        without = List.copyOf(without);
    }

    /**
     * The event in a document.
     *
     * @param document changed: what rules do not see is taken out
     * @return null if the document has no such event
     */
    public @Nullable JsonNode select(JsonNode document) {
        JsonNode event = within == null ? document : document.get(within);
        if (within != null && !(event instanceof ObjectNode)) {
            return null;
        }
        for (String way : without) {
            remove(event, way);
        }
        return event;
    }

    private static void remove(@Nullable JsonNode node, String way) {
        if (node != null && node.isArray()) {
            for (JsonNode element : node) {
                remove(element, way);
            }
        } else if (node instanceof ObjectNode object) {
            int dot = way.indexOf('.');
            if (dot < 0) {
                object.remove(way);
            } else {
                remove(object.get(way.substring(0, dot)), way.substring(dot + 1));
            }
        }
    }
}
