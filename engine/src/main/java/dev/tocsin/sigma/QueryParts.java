package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A query on its way to Sigma: selections, and the condition over them as text. What is joined with {@code and} over
 * different fields is one selection; a list of values is one item.
 */
final class QueryParts {
    private final Map<String, Object> selections = new LinkedHashMap<>();

    /** A part of a condition and how strongly it holds together. */
    record Part(String text, boolean isAtom) {
        String closed() {
            return isAtom ? text : "(" + text + ")";
        }
    }

    /** A new selection of one item. */
    Part item(String key, Object value) {
        return selection(new LinkedHashMap<>(Map.of(key, value)));
    }

    Part keywords(List<String> words) {
        return selection(List.copyOf(words));
    }

    private Part selection(Object content) {
        String name = "selection" + (selections.size() + 1);
        selections.put(name, content);
        return new Part(name, true);
    }

    Part all(List<Part> parts) {
        return joined(parts, " and ");
    }

    Part any(List<Part> parts) {
        return joined(parts, " or ");
    }

    private static Part joined(List<Part> parts, String word) {
        return parts.size() == 1
                ? parts.getFirst()
                : new Part(String.join(word, parts.stream().map(Part::closed).toList()), false);
    }

    Part not(Part part) {
        return new Part("not " + part.closed(), false);
    }

    /** What stands under {@code detection:}. */
    Map<String, Object> detection(Part condition) {
        Map<String, Object> detection = new LinkedHashMap<>();
        List<String> used = new ArrayList<>(List.of(condition.text().split("[ ()]+")));
        selections.forEach((name, content) -> {
            if (used.contains(name)) {
                detection.put(name, content);
            }
        });
        detection.put("condition", condition.text());
        return detection;
    }

    /** A text as a Sigma string in which nothing is special but, if so wanted, the wildcards. */
    static String escaped(String text, boolean wildcards) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            boolean special = c == '\\' && (next == '\\' || next == '*' || next == '?')
                    || !wildcards && (c == '*' || c == '?');
            out.append(special ? "\\" : "").append(c);
        }
        return out.toString();
    }
}
