package dev.tocsin.process;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writing into a tree of ECS fields by dotted name. What is there stays: the first writer knew best. */
final class Ecs {
    /** The version of the Elastic Common Schema whose names the tables use. */
    static final String VERSION = "9.4.0";

    /** How many values an ECS array takes; the vendor's field has them all. */
    private static final int ARRAY_ITEMS_MAX = 100;

    private Ecs() {
    }

    static void put(ObjectNode root, String path, @Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return;
        }
        ObjectNode at = root;
        int from = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', from)) {
            String name = path.substring(from, dot);
            JsonNode next = at.get(name);
            if (next == null) {
                at = at.putObject(name);
            } else if (next instanceof ObjectNode object) {
                at = object;
            } else {
                return;
            }
            from = dot + 1;
        }
        String leaf = path.substring(from);
        if (!at.has(leaf)) {
            at.set(leaf, value);
        }
    }

    static void put(ObjectNode root, String path, @Nullable String value) {
        if (value != null && !value.isEmpty() && !value.equals("-")) {
            put(root, path, root.stringNode(value));
        }
    }

    /** Adds the value to the array at {@code path}, once, as long as there is room. */
    static void add(ObjectNode root, String path, String value) {
        put(root, path, root.arrayNode());
        JsonNode array = at(root, path);
        if (array instanceof ArrayNode items && items.size() < ARRAY_ITEMS_MAX && !contains(items, value)) {
            items.add(value);
        }
    }

    static @Nullable JsonNode at(ObjectNode root, String path) {
        JsonNode node = root;
        for (String name : path.split("\\.")) {
            node = node == null ? null : node.get(name);
        }
        return node;
    }

    /** Copies what {@code from} has and {@code into} lacks. */
    static void merge(ObjectNode from, ObjectNode into) {
        for (var field : from.properties()) {
            JsonNode there = into.get(field.getKey());
            if (there == null) {
                into.set(field.getKey(), field.getValue());
            } else if (there instanceof ObjectNode target && field.getValue() instanceof ObjectNode source) {
                merge(source, target);
            }
        }
    }

    private static boolean contains(ArrayNode items, String value) {
        for (JsonNode item : items) {
            if (item.isString() && item.asString().equals(value)) {
                return true;
            }
        }
        return false;
    }
}
