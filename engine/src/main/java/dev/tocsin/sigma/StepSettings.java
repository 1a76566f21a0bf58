package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of a pipeline's transformation or condition. Each reader asks for what it knows; what nobody asked for is a
 * mistake, and is said with what it may have been meant to be.
 */
final class StepSettings {
    private final YamlNode.Mapping node;
    private final String what;
    private final Set<String> asked = new HashSet<>();

    /** @param what a word for it, such as "transformation" */
    StepSettings(YamlNode node, String what) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw node.place().refuse("S130", "a " + what + " is a mapping, not " + node.kindName(), "");
        }
        this.node = mapping;
        this.what = what;
    }

    Place place() {
        return node.place();
    }

    String type() {
        return text("type");
    }

    Optional<YamlNode> node(String key) {
        asked.add(key);
        return Optional.ofNullable(node.get(key)).filter(n -> !isNull(n));
    }

    private static boolean isNull(YamlNode value) {
        return value instanceof YamlNode.Scalar s && s.kind() == YamlNode.Kind.NULL;
    }

    YamlNode required(String key) {
        return node(key).orElseThrow(
                () -> place().refuse("S130", "the " + what + " needs \"" + key + "\"", ""));
    }

    /** The value, which may be null but must be there. */
    YamlNode optionalNull(String key) {
        asked.add(key);
        YamlNode value = node.get(key);
        return value == null ? required(key) : value;
    }

    Optional<String> optionalText(String key) {
        return node(key).map(value -> scalar(key, value).text());
    }

    String text(String key) {
        return scalar(key, required(key)).text();
    }

    YamlNode.Scalar scalar(String key) {
        return scalar(key, required(key));
    }

    private YamlNode.Scalar scalar(String key, YamlNode value) {
        if (value instanceof YamlNode.Scalar scalar) {
            return scalar;
        }
        throw value.place().refuse("S130", "\"" + key + "\" is one value, not " + value.kindName(), "");
    }

    boolean flag(String key) {
        Optional<YamlNode> value = node(key);
        if (value.isEmpty()) {
            return false;
        }
        String text = scalar(key, value.get()).text().toLowerCase(java.util.Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            throw value.get().place().refuse("S130", "\"" + key + "\" is true or false, not \"" + text + "\"", "");
        }
        return text.equals("true");
    }

    String oneOf(String key, List<String> allowed, String otherwise) {
        String chosen = optionalText(key).orElse(otherwise);
        if (!allowed.contains(chosen)) {
            throw required(key).place().refuse("S130", "\"" + key + "\" cannot be \"" + chosen + "\"",
                    Suggestion.hint(chosen, allowed, "it is one of " + String.join(", ", allowed)));
        }
        return chosen;
    }

    /** A list of texts, or one text. */
    List<String> texts(String key) {
        return texts(key, required(key));
    }

    Optional<List<String>> optionalTexts(String key) {
        return node(key).map(value -> texts(key, value));
    }

    private List<String> texts(String key, YamlNode value) {
        List<String> texts = new ArrayList<>();
        for (YamlNode item : items(value)) {
            texts.add(scalar(key, item).text());
        }
        return texts;
    }

    /** The items of a list; anything else is a list of itself. */
    static List<YamlNode> items(YamlNode value) {
        return value instanceof YamlNode.Sequence list ? list.items() : List.of(value);
    }

    /** A mapping from names to a text or a list of texts; empty when it may be left out and is. */
    Map<String, List<String>> mapping(String key, boolean needed) {
        YamlNode value = needed ? required(key) : node(key).orElse(new YamlNode.Mapping(List.of(), place()));
        if (!(value instanceof YamlNode.Mapping mapping)) {
            throw value.place().refuse("S130", "\"" + key + "\" is a mapping, not " + value.kindName(), "");
        }
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            if (isNull(entry.value())) {
                throw entry.keyPlace().refuse("S130", "\"" + entry.key() + "\" maps to nothing",
                        "give a name or a list of names");
            }
            names.put(entry.key(), texts(entry.key(), entry.value()));
        }
        return names;
    }

    /** Refuses the first setting that nobody asked for. */
    void done() {
        for (YamlNode.Entry entry : node.entries()) {
            if (!asked.contains(entry.key())) {
                throw entry.keyPlace().refuse("S131", "the " + what + " has no setting \"" + entry.key() + "\"",
                        Suggestion.hint(entry.key(), asked,
                                "known are " + String.join(", ", asked.stream().sorted().toList())));
            }
        }
    }
}
