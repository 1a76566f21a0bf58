package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A transformation of single values. What becomes of a value may be several, of which one has to match, also where the item
 * asks for all of its values.
 */
final class ValueRewriting implements PipelineStep.Transformation {
    private static final int DASH_FORMS_MAX = 3125;

    /** What becomes of a value. */
    interface Change {
        /** @return the value alone, the same, when nothing changes */
        List<ValueTest> of(ValueTest value, RuleDraft draft, Place place);
    }

    private final Change change;

    ValueRewriting(Change change) {
        this.change = change;
    }

    /**
     * Changes the texts among the values. A keyword is seen as the rule has it, without the wildcards around it; where
     * windash loosened dashes, each form is seen.
     */
    static ValueRewriting ofTexts(Change change) {
        return new ValueRewriting((value, draft, place) -> {
            if (!(value instanceof ValueTest.Text text)
                    || !text.pattern().parts().contains(TextPattern.Wild.DASH)) {
                return value instanceof ValueTest.Text ? change.of(value, draft, place) : List.of(value);
            }
            List<ValueTest> changed = new ArrayList<>();
            boolean any = false;
            for (TextPattern form : Windash.forms(text.pattern(), DASH_FORMS_MAX)) {
                ValueTest one = new ValueTest.Text(form, text.cased());
                List<ValueTest> after = change.of(one, draft, place);
                any |= !after.equals(List.of(one));
                changed.addAll(after);
            }
            return any ? changed : List.of(value);
        });
    }

    @Override
    public void apply(RuleDraft draft, PipelineStep step) {
        draft.rewrite(step, item -> rewritten(item, draft));
    }

    private Detection rewritten(Detection.Item item, RuleDraft draft) {
        List<ValueTest> values = new ArrayList<>();
        boolean changed = false;
        for (ValueTest value : item.test().values()) {
            List<ValueTest> after = changed(value, item, draft);
            changed |= !after.equals(List.of(value));
            if (item.test().all() && after.size() > 1) {
                values.add(new ValueTest.OneOf(after));
            } else {
                values.addAll(after);
            }
        }
        Detection.FieldTest test = item.test();
        return changed
                ? new Detection.Item(item.written(),
                        new Detection.FieldTest(test.field(), values, test.all(), test.negated()), item.line(),
                        item.column())
                : item;
    }

    private List<ValueTest> changed(ValueTest value, Detection.Item item, RuleDraft draft) {
        if (value instanceof ValueTest.OneOf(List<ValueTest> forms)) {
            List<ValueTest> after = forms.stream().flatMap(form -> changed(form, item, draft).stream()).toList();
            return List.of(after.equals(forms) ? value : new ValueTest.OneOf(after));
        }
        if (item.test().field() != null) {
            return change.of(value, draft, draft.place(item));
        }
        ValueTest bare = bare(value);
        List<ValueTest> after = change.of(bare, draft, draft.place(item));
        return after.equals(List.of(bare)) ? List.of(value) : after.stream().map(ValueRewriting::anywhere).toList();
    }

    /** A keyword without the wildcards that make it match anywhere in a value. */
    private static ValueTest bare(ValueTest value) {
        if (value instanceof ValueTest.Text(TextPattern pattern, boolean cased) && pattern.startsWithMany()
                && pattern.endsWithMany() && pattern.parts().size() > 2) {
            return new ValueTest.Text(new TextPattern(pattern.parts().subList(1, pattern.parts().size() - 1)), cased);
        }
        return value;
    }

    private static ValueTest anywhere(ValueTest value) {
        return value instanceof ValueTest.Text(TextPattern pattern, boolean cased)
                ? new ValueTest.Text(pattern.open(true, true), cased)
                : value;
    }

    /** All values, forms taken apart. */
    static Stream<ValueTest> flat(List<ValueTest> values) {
        return values.stream().flatMap(v -> v instanceof ValueTest.OneOf(var forms) ? flat(forms) : Stream.of(v));
    }

    /** The values as conditions of a pipeline see them: each form by itself, keywords as the rule has them. */
    static Stream<ValueTest> asWritten(Detection.Item item) {
        return flat(item.test().values()).map(v -> item.test().field() == null ? bare(v) : v)
                .flatMap(v -> v instanceof ValueTest.Text(TextPattern pattern, boolean cased)
                        && pattern.parts().contains(TextPattern.Wild.DASH)
                                ? Windash.forms(pattern, DASH_FORMS_MAX).stream()
                                        .<ValueTest>map(form -> new ValueTest.Text(form, cased))
                                : Stream.of(v));
    }

    /** Whether a value of a rule is that of a pipeline; numbers are their text here. */
    static boolean isValue(ValueTest value, YamlNode.Scalar expected) {
        if (expected.kind() == YamlNode.Kind.NULL) {
            return value instanceof ValueTest.IsNull;
        }
        return value instanceof ValueTest.Text text && text.pattern().equals(expected.kind() == YamlNode.Kind.TEXT
                ? TextPattern.parse(expected.text(), false)
                : TextPattern.literal(expected.text()));
    }
}
