package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The transformations that give fields other names, also those that values refer to ({@code fieldref}). Of several names
 * one has to match; with {@code neq} none may.
 */
final class FieldRenaming implements PipelineStep.Transformation {
    /** In {@code field_name_mapping}, what stands for keywords: YAML's null, since they have no field. */
    private static final String KEYWORDS = "null";
    private static final List<String> FUNCTIONS = List.of("lower", "upper", "title", "snake", "lower_case",
            "upper_case", "title_case", "snake_case");

    /** The new names; null when the name stays, none when the field is to vanish. */
    private final Function<String, @Nullable List<String>> names;
    private final boolean withKeywords;

    private FieldRenaming(Function<String, @Nullable List<String>> names, boolean withKeywords) {
        this.names = names;
        this.withKeywords = withKeywords;
    }

    static FieldRenaming mapping(StepSettings settings) {
        Map<String, List<String>> mapping = settings.mapping("mapping", true);
        return new FieldRenaming(mapping::get, mapping.containsKey(KEYWORDS));
    }

    static FieldRenaming prefixMapping(StepSettings settings) {
        Map<String, List<String>> mapping = settings.mapping("mapping", true);
        return new FieldRenaming(field -> {
            for (Map.Entry<String, List<String>> entry : mapping.entrySet()) {
                if (field.startsWith(entry.getKey())) {
                    String rest = field.substring(entry.getKey().length());
                    return entry.getValue().stream().map(prefix -> prefix + rest).toList();
                }
            }
            return null;
        }, false);
    }

    static FieldRenaming prefix(StepSettings settings) {
        String prefix = settings.text("prefix");
        return new FieldRenaming(field -> List.of(prefix + field), false);
    }

    static FieldRenaming suffix(StepSettings settings) {
        String suffix = settings.text("suffix");
        return new FieldRenaming(field -> List.of(field + suffix), false);
    }

    static FieldRenaming function(StepSettings settings) {
        settings.required("transform_func");
        UnaryOperator<String> function = TextTransformations
                .function(settings.oneOf("transform_func", FUNCTIONS, "lower"));
        Map<String, List<String>> mapping = settings.mapping("mapping", false);
        return new FieldRenaming(field -> mapping.getOrDefault(field, List.of(function.apply(field))), false);
    }

    @Override
    public void apply(RuleDraft draft, PipelineStep step) {
        draft.rewrite(step, item -> renamed(item, draft, step));
    }

    private Detection renamed(Detection.Item item, RuleDraft draft, PipelineStep step) {
        Detection.FieldTest test = item.test();
        List<ValueTest> values = test.values().stream()
                .flatMap(value -> references(value, draft, step, test.all()).stream()).toList();
        Detection.Item base = values.equals(test.values())
                ? item
                : item(item, test.field(), values);
        String field = test.field() == null && withKeywords ? KEYWORDS : test.field();
        List<String> others = field == null || !step.isForField(draft, test.field()) ? null : names.apply(field);
        if (field == null || others == null) {
            return base;
        }
        draft.renamed(field, others, step.id());
        if (others.size() == 1) {
            return item(base, others.getFirst(), values);
        }
        List<Detection> each = others.stream().<Detection>map(name -> item(base, name, values)).toList();
        return test.negated() ? new Detection.AllOf(each) : new Detection.AnyOf(each);
    }

    private List<ValueTest> references(ValueTest value, RuleDraft draft, PipelineStep step, boolean all) {
        if (value instanceof ValueTest.OneOf(List<ValueTest> forms)) {
            List<ValueTest> after = forms.stream().flatMap(f -> references(f, draft, step, false).stream()).toList();
            return List.of(after.equals(forms) ? value : new ValueTest.OneOf(after));
        }
        if (!(value instanceof ValueTest.SameAs same) || !step.isForField(draft, same.field())) {
            return List.of(value);
        }
        List<String> others = names.apply(same.field());
        if (others == null) {
            return List.of(value);
        }
        draft.renamed(same.field(), others, step.id());
        List<ValueTest> each = new ArrayList<>();
        others.forEach(name -> each.add(new ValueTest.SameAs(name, same.before(), same.after(), same.cased())));
        return all && each.size() > 1 ? List.of(new ValueTest.OneOf(each)) : each;
    }

    /** A new item even where the name is the same: the step has been at it. */
    private static Detection.Item item(Detection.Item item, @Nullable String field, List<ValueTest> values) {
        Detection.FieldTest test = item.test();
        int modifiers = item.written().indexOf('|');
        String written = field == null || field.equals(test.field())
                ? item.written()
                : field + (modifiers < 0 ? "" : item.written().substring(modifiers));
        return new Detection.Item(written, new Detection.FieldTest(field, values, test.all(), test.negated()),
                item.line(), item.column());
    }
}
