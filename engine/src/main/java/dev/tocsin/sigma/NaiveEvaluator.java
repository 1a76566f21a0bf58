package dev.tocsin.sigma;

import java.util.BitSet;
import tools.jackson.databind.JsonNode;

/**
 * The meaning of a rule, said as plainly as possible: walks the syntax tree, no index, no cache, no short cuts beyond
 * {@code and} and {@code or}. The compiled engine is tested against it, and explanations are made with it.
 *
 * <p>What the specification leaves open is settled so: an array matches when any element does (with {@code all}: each value
 * needs some element); a keyword must occur inside one value; text is compared in Unicode lower case; {@code startswith} and
 * {@code endswith} anchor a regular expression; an object is present but has no text.
 */
final class NaiveEvaluator {
    private final FieldMapping mapping;

    NaiveEvaluator(FieldMapping mapping) {
        this.mapping = mapping;
    }

    /** Whether the rule matches an event of its log source. */
    boolean matches(SigmaRule rule, JsonNode event) {
        return rule.conditions().stream().anyMatch(c -> holds(c, rule, event));
    }

    boolean holds(Condition condition, SigmaRule rule, JsonNode event) {
        return switch (condition) {
            case Condition.And(var parts) -> parts.stream().allMatch(p -> holds(p, rule, event));
            case Condition.Or(var parts) -> parts.stream().anyMatch(p -> holds(p, rule, event));
            case Condition.Not(var part) -> !holds(part, rule, event);
            case Condition.Selection(var name) -> holds(rule.detection(name), rule, event);
            case Condition.Quantified(_, boolean all, var names) -> all
                    ? names.stream().allMatch(n -> holds(rule.detection(n), rule, event))
                    : names.stream().anyMatch(n -> holds(rule.detection(n), rule, event));
        };
    }

    boolean holds(Detection detection, SigmaRule rule, JsonNode event) {
        return switch (detection) {
            case Detection.AllOf(var parts) -> parts.stream().allMatch(p -> holds(p, rule, event));
            case Detection.AnyOf(var parts) -> parts.stream().anyMatch(p -> holds(p, rule, event));
            case Detection.Item item -> {
                Detection.FieldTest test = item.test();
                FieldValues values = values(test, rule, event);
                boolean met = test.all()
                        ? test.values().stream().allMatch(v -> meets(values, v, rule, event))
                        : test.values().stream().anyMatch(v -> meets(values, v, rule, event));
                yield met != test.negated();
            }
        };
    }

    FieldValues values(Detection.FieldTest test, SigmaRule rule, JsonNode event) {
        return test.field() == null
                ? FieldValues.all(event)
                : FieldValues.read(event, mapping.paths(test.field(), rule.logSource()));
    }

    boolean meets(FieldValues values, ValueTest test, SigmaRule rule, JsonNode event) {
        return switch (test) {
            case ValueTest.Text(TextPattern pattern, boolean cased) ->
                values.texts().stream().anyMatch(text -> like(pattern, text, cased));
            case ValueTest.Search(Regex regex) -> {
                var compiled = regex.compile();
                yield values.texts().stream().anyMatch(text -> compiled.matcher(text).find());
            }
            case ValueTest.InNetwork(Network network) -> values.texts().stream().anyMatch(network::contains);
            case ValueTest.Compare(var order, var number) -> values.texts().stream().map(Numbers::parse)
                    .anyMatch(actual -> actual.isPresent() && order.holds(actual.get(), number));
            case ValueTest.DatePart(var unit, var order, var number) -> values.texts().stream().map(unit::of).anyMatch(
                    part -> part.isPresent() && order.holds(java.math.BigDecimal.valueOf(part.getAsInt()), number));
            case ValueTest.IsNull() -> values.isNull();
            case ValueTest.Exists(boolean expected) -> values.isPresent() == expected;
            case ValueTest.SameAs(var field, boolean before, boolean after, boolean cased) -> {
                FieldValues others = FieldValues.read(event, mapping.paths(field, rule.logSource()));
                yield others.texts().stream().map(other -> TextPattern.literal(other).open(before, after))
                        .anyMatch(pattern -> values.texts().stream().anyMatch(text -> like(pattern, text, cased)));
            }
            case ValueTest.OneOf(var forms) -> forms.stream().anyMatch(form -> meets(values, form, rule, event));
        };
    }

    static boolean like(TextPattern pattern, String text, boolean cased) {
        String subject = cased ? text : lower(text);
        BitSet reached = new BitSet();
        reached.set(0);
        for (TextPattern.Part part : pattern.parts()) {
            reached = after(part, reached, subject, cased);
        }
        return reached.get(subject.length());
    }

    /** Where one may stand in the text after a part of the pattern, given where one may stand before it. */
    private static BitSet after(TextPattern.Part part, BitSet before, String text, boolean cased) {
        BitSet after = new BitSet();
        for (int at = before.nextSetBit(0); at >= 0; at = before.nextSetBit(at + 1)) {
            switch (part) {
                case TextPattern.Literal(String literal) -> {
                    String expected = cased ? literal : lower(literal);
                    if (text.startsWith(expected, at)) {
                        after.set(at + expected.length());
                    }
                }
                case TextPattern.Wild.MANY -> after.set(at, text.length() + 1);
                case TextPattern.Wild.ONE -> {
                    if (at < text.length()) {
                        after.set(at + Character.charCount(text.codePointAt(at)));
                    }
                }
                case TextPattern.Wild.DASH -> {
                    if (at < text.length() && TextPattern.DASHES.indexOf(text.charAt(at)) >= 0) {
                        after.set(at + 1);
                    }
                }
                case TextPattern.Placeholder _ -> throw new IllegalStateException("a loaded rule has no placeholder");
            }
            if (part == TextPattern.Wild.MANY) {
                break; // What follows from later places follows from the first.
            }
        }
        return after;
    }

    private static String lower(String text) {
        return Fold.fold(text);
    }
}
