package dev.tocsin.rollout.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Which fields of two alerts of one id differ, by their paths such as {@code rule.level}; a list is one field. */
final class FieldDiff {
    private FieldDiff() {
    }

    /** @return in order of the paths */
    static List<String> paths(JsonNode first, JsonNode second) {
        List<String> paths = new ArrayList<>();
        compare("", first, second, paths);
        return paths;
    }

    private static void compare(String path, JsonNode first, JsonNode second, List<String> paths) {
        if (!first.isObject() || !second.isObject()) {
            if (!first.equals(second)) {
                paths.add(path);
            }
            return;
        }
        Set<String> names = new TreeSet<>(first.propertyNames());
        names.addAll(second.propertyNames());
        for (String name : names) {
            if (!AlertBody.isWho(path, name)) {
                compare(path.isEmpty() ? name : path + "." + name, first.path(name), second.path(name), paths);
            }
        }
    }
}
