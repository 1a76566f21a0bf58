package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what stands under a name of {@code detection:}: mappings, lists of mappings, keywords, and mixtures. */
final class DetectionReader {
    private final Placeholders placeholders;

    DetectionReader(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    Detection read(String name, YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping mapping -> {
                if (mapping.entries().isEmpty()) {
                    throw node.place().refuse("S112", "\"" + name + "\" is empty", "give it a field and a value");
                }
                List<Detection> items = mapping.entries().stream().<Detection>map(this::item).toList();
                yield items.size() == 1 ? items.getFirst() : new Detection.AllOf(items);
            }
            case YamlNode.Sequence sequence -> list(name, sequence);
            case YamlNode.Scalar scalar -> keywords(List.of(scalar));
        };
    }

    /** Scalars of a list are keywords, of which one must occur; mappings and lists are alternatives. */
    private Detection list(String name, YamlNode.Sequence sequence) {
        if (sequence.items().isEmpty()) {
            throw sequence.place().refuse("S112", "\"" + name + "\" is an empty list", "give it a value");
        }
        List<YamlNode.Scalar> words = new ArrayList<>();
        List<Detection> alternatives = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            if (item instanceof YamlNode.Scalar scalar) {
                words.add(scalar);
            } else {
                alternatives.add(read(name, item));
            }
        }
        if (!words.isEmpty()) {
            alternatives.add(keywords(words));
        }
        return alternatives.size() == 1 ? alternatives.getFirst() : new Detection.AnyOf(alternatives);
    }

    private Detection keywords(List<YamlNode.Scalar> words) {
        return item("(keywords)", null, List.of(), words, words.getFirst().place());
    }

    private Detection item(YamlNode.Entry entry) {
        String[] parts = entry.key().split("\\|", -1);
        String field = parts[0].isEmpty() ? null : parts[0];
        List<Modifier> modifiers = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            Modifier modifier = Modifier.named(parts[i]);
            if (modifier == null) {
                throw entry.keyPlace().refuse("S110", "\"" + parts[i] + "\" is not a modifier",
                        Suggestion.hint(parts[i], Modifier.known(),
                                "known are " + String.join(", ", Modifier.known())));
            }
            modifiers.add(modifier);
        }
        if (field == null && modifiers.isEmpty()) {
            throw entry.keyPlace().refuse("S112", "a field has no name", "write keywords as a list");
        }
        return item(entry.key(), field, modifiers, values(entry), entry.keyPlace());
    }

    private static List<YamlNode.Scalar> values(YamlNode.Entry entry) {
        List<YamlNode.Scalar> values = new ArrayList<>();
        List<YamlNode> given = entry.value() instanceof YamlNode.Sequence list ? list.items() : List.of(entry.value());
        for (YamlNode value : given) {
            if (!(value instanceof YamlNode.Scalar scalar)) {
                throw value.place().refuse("S112", "the value of \"" + entry.key() + "\" is " + value.kindName(),
                        "a field takes a value or a list of values");
            }
            values.add(scalar);
        }
        if (values.isEmpty()) {
            throw entry.value().place().refuse("S112", "\"" + entry.key() + "\" has an empty list",
                    "write null if the field must be absent");
        }
        return values;
    }

    private Detection item(String written, @Nullable String field, List<Modifier> modifiers,
            List<YamlNode.Scalar> values,
            Place place) {
        List<Modifier> ofValues = modifiers.stream().filter(m -> !m.isOfList()).toList();
        List<ValueTest> tests = new ArrayList<>();
        for (YamlNode.Scalar value : values) {
            ValueTest test = new ModifierChain(ofValues, placeholders, value.place()).test(value, field == null);
            if (field == null && !isOfKeywords(test)) {
                throw place.refuse("S111", "\"" + written + "\" asks " + test + " of no field",
                        "write a field's name before it; keywords are text, regular expressions or networks");
            }
            tests.add(test);
        }
        Detection.FieldTest test = new Detection.FieldTest(field, tests, modifiers.contains(Modifier.ALL),
                modifiers.contains(Modifier.NEQ));
        return new Detection.Item(written, test, place.line(), place.column());
    }

    private static boolean isOfKeywords(ValueTest test) {
        return switch (test) {
            case ValueTest.Text _,ValueTest.Search _,ValueTest.InNetwork _ -> true;
            case ValueTest.OneOf oneOf -> oneOf.forms().stream().allMatch(DetectionReader::isOfKeywords);
            case ValueTest.Compare _,ValueTest.DatePart _,ValueTest.IsNull _,ValueTest.Exists _,ValueTest.SameAs _ ->
                false;
        };
    }
}
