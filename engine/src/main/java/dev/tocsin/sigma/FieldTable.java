package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers the distinct fields (by the paths that are tried) and the distinct items of a rule set. Frozen after compiling. */
final class FieldTable {
    private final Map<List<String>, Integer> slots = new HashMap<>();
    private final List<List<String>> paths = new ArrayList<>();
    private final Map<ItemKey, CompiledItem> items = new HashMap<>();

    /** Equal tests on equally mapped fields are one item; a test that names a second field is mapped by its log source. */
    private record ItemKey(Detection.FieldTest test, List<String> fieldPaths, List<List<String>> otherPaths) {
    }

    int slot(List<String> fieldPaths) {
        return slots.computeIfAbsent(fieldPaths, p -> {
            paths.add(p);
            return paths.size() - 1;
        });
    }

    CompiledItem item(Detection.FieldTest test, FieldMapping mapping, RuleLogSource source) {
        List<String> own = test.field() == null ? List.of() : mapping.paths(test.field(), source);
        List<List<String>> others = new ArrayList<>();
        test.values().forEach(value -> addOthers(value, mapping, source, others));
        ItemKey key = new ItemKey(test, own, others);
        CompiledItem known = items.get(key);
        if (known == null) {
            known = CompiledItem.of(items.size(), test, own.isEmpty() ? CompiledItem.EVERYTHING : slot(own),
                    field -> slot(mapping.paths(field, source)));
            items.put(key, known);
        }
        return known;
    }

    private static void addOthers(ValueTest value, FieldMapping mapping, RuleLogSource source,
            List<List<String>> others) {
        if (value instanceof ValueTest.SameAs same) {
            others.add(mapping.paths(same.field(), source));
        } else if (value instanceof ValueTest.OneOf several) {
            several.forms().forEach(form -> addOthers(form, mapping, source, others));
        }
    }

    List<String> paths(int slot) {
        return paths.get(slot);
    }

    int size() {
        return paths.size();
    }

    int itemCount() {
        return items.size();
    }
}
