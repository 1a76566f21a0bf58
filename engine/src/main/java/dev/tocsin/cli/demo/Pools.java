package dev.tocsin.cli.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Named lists from which placeholders are filled. An element is a text, or a mapping of fields that belong together,
 * such as a host's name and its address; a plain text has one field, the empty one.
 */
record Pools(Map<String, List<Map<String, String>>> lists) {
    static final Pools NONE = new Pools(Map.of());

    static Pools read(Section section) {
        Map<String, List<Map<String, String>>> lists = new LinkedHashMap<>();
        for (String name : section.entries().keySet()) {
            List<Map<String, String>> elements = new ArrayList<>();
            for (Object element : section.list(name)) {
                elements.add(element instanceof Map<?, ?>
                        ? fields(Section.of(section.where() + "." + name, element))
                        : Map.of("", String.valueOf(element)));
            }
            if (elements.isEmpty()) {
                throw new ScenarioException(section.where(), "the pool \"" + name + "\" is empty");
            }
            lists.put(name, elements);
        }
        return new Pools(lists);
    }

    /** These pools and the other's; a pool of the other hides one of the same name here. */
    Pools and(Pools other) {
        Map<String, List<Map<String, String>>> both = new LinkedHashMap<>(lists);
        both.putAll(other.lists);
        return new Pools(both);
    }

    boolean has(String pool) {
        return lists.containsKey(pool);
    }

    List<Map<String, String>> elements(String pool) {
        return Optional.ofNullable(lists.get(pool)).orElseThrow();
    }

    /** Whether every element of the pool has that field. */
    boolean hasField(String pool, String field) {
        return elements(pool).stream().allMatch(e -> e.containsKey(field));
    }

    private static Map<String, String> fields(Section element) {
        Map<String, String> fields = new LinkedHashMap<>();
        element.entries().forEach((k, v) -> fields.put(k, String.valueOf(v)));
        return fields;
    }
}
