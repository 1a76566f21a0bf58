package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * All of an event's JSON as {@code key="value" key="value"}, the id ({@code tocsin.id}) first. A key is the path with dots;
 * a list is its JSON text. In values {@code \}, {@code "} and line ends are escaped. In keys all but letters, digits and
 * {@code . _ - @} becomes {@code _}; of keys that are then equal, later ones get {@code _2}, {@code _3}, ….
 */
final class KeyValueLine {
    private final StringBuilder line = new StringBuilder();
    private final Set<String> keys = new HashSet<>();
    /** The last number given to each name: a body of nothing but equal names must not take the square of its length. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private KeyValueLine() {
    }

    static String of(Event event) {
        KeyValueLine writer = new KeyValueLine();
        writer.put("tocsin.id", event.id().toString());
        writer.add("", JsonLine.body(event));
        return writer.line.toString();
    }

    private void add(String path, JsonNode node) {
        if (node.isObject()) {
            node.properties().forEach(field -> {
                String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                if (!path.equals("tocsin") || !field.getKey().equals("id")) {
                    add(name, field.getValue());
                }
            });
        } else {
            put(path.isEmpty() ? "value" : path, node.isArray()
                    ? new String(Json.write(node), StandardCharsets.UTF_8)
                    : node.isNull() ? "" : node.asString());
        }
    }

    private void put(String path, String value) {
        String name = path.replaceAll("[^A-Za-z0-9._@-]", "_");
        String key = name;
        while (!keys.add(key)) {
            key = name + "_" + numbers.merge(name, 2, (last, _) -> last + 1);
        }
        line.append(line.isEmpty() ? "" : " ").append(key).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\', '"' -> line.append('\\').append(c);
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default -> line.append(c);
            }
        }
        line.append('"');
    }
}
