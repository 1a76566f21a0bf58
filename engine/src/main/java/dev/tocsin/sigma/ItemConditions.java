package dev.tocsin.sigma;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;

/** The {@code detection_item_conditions} of a pipeline's step. */
final class ItemConditions {
    private static final Map<String, Function<StepSettings, ItemCondition>> TYPES = new TreeMap<>(
            Map.of("match_string", ItemConditions::matchString, "match_value", ItemConditions::matchValue,
                    "contains_wildcard", s -> values(s, v -> v instanceof ValueTest.Text t && hasWildcard(t.pattern())),
                    "is_null", s -> values(s, ValueTest.IsNull.class::isInstance), "processing_item_applied",
                    ItemConditions::applied, "processing_state", ItemConditions::state));

    private ItemConditions() {
    }

    interface ItemCondition {
        boolean holds(RuleDraft draft, Detection.Item item);
    }

    static Map<String, Function<StepSettings, ItemCondition>> types() {
        return TYPES;
    }

    static ItemCondition read(StepSettings settings) {
        return PipelineReader.typed(settings, TYPES, "detection item condition");
    }

    private static ItemCondition values(StepSettings settings, Predicate<ValueTest> test) {
        boolean any = settings.text("cond").equals("any");
        settings.oneOf("cond", List.of("any", "all"), "any");
        return (_, item) -> {
            var values = ValueRewriting.asWritten(item);
            return any ? values.anyMatch(test) : values.allMatch(test);
        };
    }

    private static ItemCondition matchString(StepSettings settings) {
        PythonRegex pattern = PythonRegex.compile(settings.text("pattern"), settings.place());
        boolean negated = settings.flag("negate");
        return values(settings, value -> negated != (value instanceof ValueTest.Text text
                && pattern.matchesFromStart(text.pattern().toString())));
    }

    private static ItemCondition matchValue(StepSettings settings) {
        YamlNode.Scalar expected = settings.scalar("value");
        return values(settings, value -> ValueRewriting.isValue(value, expected));
    }

    private static boolean hasWildcard(TextPattern pattern) {
        return pattern.parts().contains(TextPattern.Wild.MANY) || pattern.parts().contains(TextPattern.Wild.ONE);
    }

    private static ItemCondition applied(StepSettings settings) {
        String id = settings.text("processing_item_id");
        return (draft, item) -> draft.wasItem(item, id);
    }

    private static ItemCondition state(StepSettings settings) {
        BiPredicate<String, String> comparison = RuleConditions.comparison(settings);
        String key = settings.text("key");
        String value = settings.text("val");
        return (draft, _) -> draft.state(key).filter(actual -> comparison.test(actual, value)).isPresent();
    }
}
