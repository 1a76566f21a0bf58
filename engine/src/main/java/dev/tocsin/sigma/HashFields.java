package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code hashes_fields}: values such as {@code SHA1=5F1C…} of one field become items of a field for each algorithm. A value
 * without an algorithm's name is known by its length. Values of other algorithms stay where they are; pySigma drops them,
 * which would be a silent loss.
 */
final class HashFields implements PipelineStep.Transformation {
    private static final Map<Integer, String> BY_LENGTH = Map.of(32, "MD5", 40, "SHA1", 64, "SHA256", 128, "SHA512");

    private final List<String> algorithms;
    private final String prefix;
    private final boolean withoutAlgorithm;

    HashFields(StepSettings settings) {
        algorithms = settings.texts("valid_hash_algos");
        prefix = settings.optionalText("field_prefix").orElse("");
        withoutAlgorithm = settings.flag("drop_algo_prefix");
    }

    private record Hash(String algorithm, TextPattern value) {
    }

    @Override
    public void apply(RuleDraft draft, PipelineStep step) {
        draft.rewrite(step, item -> split(item, draft));
    }

    private Detection split(Detection.Item item, RuleDraft draft) {
        Detection.FieldTest test = item.test();
        if (test.field() == null || !test.values().stream().allMatch(ValueTest.Text.class::isInstance)) {
            return item;
        }
        Map<String, List<ValueTest>> byField = new LinkedHashMap<>();
        List<ValueTest> others = new ArrayList<>();
        for (ValueTest value : test.values()) {
            ValueTest.Text text = (ValueTest.Text) value;
            Hash hash = hash(text.pattern().toString());
            if (algorithms.contains(hash.algorithm())) {
                byField.computeIfAbsent(prefix + (withoutAlgorithm ? "" : hash.algorithm()), _ -> new ArrayList<>())
                        .add(new ValueTest.Text(hash.value(), text.cased()));
            } else {
                others.add(value);
            }
        }
        if (byField.isEmpty()) {
            throw draft.place(item).refuse("S132",
                    "the pipeline finds no hash of " + algorithms + " in " + item.written(),
                    "");
        }
        List<Detection> items = new ArrayList<>();
        byField.forEach((field, values) -> items.add(item(item, field.equals("keyword") ? null : field, values)));
        if (!others.isEmpty()) {
            items.add(item(item, test.field(), others));
        }
        return test.all() != test.negated() ? new Detection.AllOf(items) : new Detection.AnyOf(items);
    }

    private static Detection.Item item(Detection.Item item, @org.jspecify.annotations.Nullable String field,
            List<ValueTest> values) {
        Detection.FieldTest test = item.test();
        return new Detection.Item(field == null ? "(keywords)" : field,
                new Detection.FieldTest(field, values, test.all(), test.negated()), item.line(), item.column());
    }

    private static Hash hash(String text) {
        String[] parts = text.split(text.contains("|") ? "\\|" : "=", -1);
        if (parts.length == 2) {
            String algorithm = bare(parts[0]).toUpperCase(Locale.ROOT);
            return new Hash(algorithm, value(parts[1], algorithm));
        }
        String algorithm = BY_LENGTH.getOrDefault(bare(text).length(), "");
        return new Hash(algorithm, value(text, algorithm));
    }

    /** A whole hash needs no wildcards around it; part of one keeps those that it has. */
    private static TextPattern value(String text, String algorithm) {
        boolean whole = algorithm.equals(BY_LENGTH.get(bare(text).length()));
        return TextPattern.parse(whole ? bare(text) : text, false);
    }

    private static String bare(String text) {
        return text.replaceAll("^\\*+|\\*+$", "");
    }
}
