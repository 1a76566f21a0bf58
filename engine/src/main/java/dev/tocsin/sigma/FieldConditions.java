package dev.tocsin.sigma;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The {@code field_name_conditions} of a pipeline's step. */
final class FieldConditions {
    private static final Map<String, Function<StepSettings, FieldCondition>> TYPES = new TreeMap<>(
            Map.of("include_fields", s -> listed(s, true), "exclude_fields", s -> listed(s, false),
                    "processing_item_applied", FieldConditions::applied, "field_name_processing_item_applied",
                    FieldConditions::applied, "processing_state", FieldConditions::state));

    private FieldConditions() {
    }

    /** A condition on a name, be it an item's own or one that a value refers to. */
    interface FieldCondition {
        /** @param field null for keywords */
        boolean holds(RuleDraft draft, @Nullable String field);

        default boolean holds(RuleDraft draft, Detection.Item item) {
            return holds(draft, item.test().field())
                    || ValueRewriting.flat(item.test().values())
                            .anyMatch(v -> v instanceof ValueTest.SameAs same && holds(draft, same.field()));
        }
    }

    static Map<String, Function<StepSettings, FieldCondition>> types() {
        return TYPES;
    }

    static FieldCondition read(StepSettings settings) {
        return PipelineReader.typed(settings, TYPES, "field name condition");
    }

    private static FieldCondition listed(StepSettings settings, boolean expected) {
        List<String> fields = settings.texts("fields");
        if (settings.oneOf("mode", List.of("plain", "re"), "plain").equals("plain")) {
            return (_, field) -> (field != null && fields.contains(field)) == expected;
        }
        List<PythonRegex> patterns = fields.stream().map(f -> PythonRegex.compile(f, settings.place())).toList();
        return (_, field) -> (field != null && patterns.stream().anyMatch(p -> p.matchesFromStart(field))) == expected;
    }

    private static FieldCondition applied(StepSettings settings) {
        String id = settings.text("processing_item_id");
        return new FieldCondition() {
            @Override
            public boolean holds(RuleDraft draft, @Nullable String field) {
                return field != null && draft.wasField(field, id);
            }

            @Override
            public boolean holds(RuleDraft draft, Detection.Item item) {
                return draft.wasItem(item, id);
            }
        };
    }

    private static FieldCondition state(StepSettings settings) {
        BiPredicate<String, String> comparison = RuleConditions.comparison(settings);
        String key = settings.text("key");
        String value = settings.text("val");
        return (draft, _) -> draft.state(key).filter(actual -> comparison.test(actual, value)).isPresent();
    }
}
