package dev.tocsin.process;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One entry of a table of ECS names. Unlike log source entries all that hold are applied, innermost first, because the
 * first writer of a field wins and the inner entry is the more special.
 *
 * @param map vendor's field to ECS field, with a conversion
 * @param set ECS field to a fixed value
 * @param add array field to values that it gets beside those of other entries
 */
record EcsEntry(Condition when, List<Mapping> map, Map<String, List<String>> set,
        Map<String, List<String>> add, @Nullable String choose,
        Map<String, EcsEntry> cases, List<EcsEntry> then) {
    private static final Set<String> KEYS = Set.of("name", "when", "map", "set", "add", "switch", "cases", "then");
    /** ECS fields whose value is always an array. */
    private static final Set<String> ARRAYS = Set.of("event.category", "event.type", "tags");

    /** {@code field: ecs.name} or {@code field: ecs.name:conversion}, or a list of those. */
    record Mapping(String field, String target, Conversion conversion) {
    }

    static List<EcsEntry> list(List<?> yaml, String where) {
        List<EcsEntry> entries = new ArrayList<>();
        for (Object item : yaml) {
            entries.add(of(item, where + " entry " + (entries.size() + 1)));
        }
        return List.copyOf(entries);
    }

    private static EcsEntry of(@Nullable Object yaml, String where) {
        Map<String, Object> entry = TableReader.map(yaml, where);
        TableReader.onlyKeys(entry, KEYS, where);
        List<Mapping> mappings = new ArrayList<>();
        part(entry, "map", where).forEach((field, targets) -> {
            for (String target : TableReader.texts(targets)) {
                int colon = target.indexOf(':');
                mappings.add(colon < 0
                        ? new Mapping(field, target, Conversion.TEXT)
                        : new Mapping(field, target.substring(0, colon),
                                Conversion.of(target.substring(colon + 1), where)));
            }
        });
        Map<String, EcsEntry> cases = new HashMap<>();
        part(entry, "cases", where).forEach((value, inner) -> cases.put(value.toLowerCase(Locale.ROOT),
                of(inner, where + " case " + value)));
        return new EcsEntry(Condition.of(entry.get("when"), where), List.copyOf(mappings),
                fixed(entry, "set", where), fixed(entry, "add", where),
                TableReader.text(entry.get("switch")), Map.copyOf(cases),
                list(entry.get("then") == null ? List.of() : TableReader.list(entry.get("then")), where));
    }

    private static Map<String, List<String>> fixed(Map<String, Object> entry, String key, String where) {
        Map<String, List<String>> fixed = new LinkedHashMap<>();
        part(entry, key, where).forEach((target, value) -> fixed.put(target, TableReader.texts(value)));
        return Collections.unmodifiableMap(fixed);
    }

    private static Map<String, Object> part(Map<String, Object> entry, String key, String where) {
        return entry.get(key) == null ? Map.of() : TableReader.map(entry.get(key), where + " " + key);
    }

    void apply(Facts facts, ObjectNode ecs) {
        if (!when.holds(facts)) {
            return;
        }
        String value = choose == null ? null : facts.text(choose);
        EcsEntry chosen = value == null ? null : cases.get(value.toLowerCase(Locale.ROOT));
        if (chosen != null) {
            chosen.apply(facts, ecs);
        }
        for (EcsEntry inner : then) {
            inner.apply(facts, ecs);
        }
        set.forEach((target, values) -> fix(ecs, target, values));
        add.forEach((target, values) -> values.forEach(one -> Ecs.add(ecs, target, one)));
        for (Mapping mapping : map) {
            JsonNode node = mapping.field.startsWith("$")
                    ? textNode(facts, mapping.field, ecs)
                    : facts.node(mapping.field);
            if (node != null && !node.isNull()) {
                mapping.conversion.put(ecs, mapping.target, node);
            }
        }
    }

    private static @Nullable JsonNode textNode(Facts facts, String name, ObjectNode ecs) {
        String text = facts.text(name);
        return text == null ? null : ecs.stringNode(text);
    }

    private static void fix(ObjectNode ecs, String target, List<String> values) {
        if (!ARRAYS.contains(target)) {
            Ecs.put(ecs, target, values.getFirst());
            return;
        }
        if (Ecs.at(ecs, target) == null) {
            for (String value : values) {
                Ecs.add(ecs, target, value);
            }
        }
    }
}
