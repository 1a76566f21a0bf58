package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;

/**
 * What can be said about two tests of one field without an event: that whatever meets the one meets the other, or that
 * no value meets both. Where it cannot be told, the answer is no. Spoken of is a field with one value; a list may have
 * one element for each test.
 */
final class Implication {
    private Implication() {
    }

    /** Whether every event for which the first holds is one for which the second does. */
    static boolean implies(Detection one, Detection other) {
        if (other instanceof Detection.AllOf(var parts)) {
            return parts.stream().allMatch(part -> implies(one, part));
        }
        if (one instanceof Detection.AnyOf(var parts)) {
            return parts.stream().allMatch(part -> implies(part, other));
        }
        if (other instanceof Detection.AnyOf(var parts)) {
            return parts.stream().anyMatch(part -> implies(one, part));
        }
        if (one instanceof Detection.AllOf(var parts)) {
            return parts.stream().anyMatch(part -> implies(part, other));
        }
        return one instanceof Detection.Item a && other instanceof Detection.Item b && implies(a.test(), b.test());
    }

    private static boolean implies(Detection.FieldTest one, Detection.FieldTest other) {
        if (one.field() == null || !one.field().equals(other.field()) || one.negated() || other.negated()) {
            return false;
        }
        if (one.all()) {
            return other.all()
                    ? other.values().stream().allMatch(b -> one.values().stream().anyMatch(a -> implies(a, b)))
                    : one.values().stream().anyMatch(a -> other.values().stream().anyMatch(b -> implies(a, b)));
        }
        return one.values().stream().allMatch(a -> other.all()
                ? other.values().stream().allMatch(b -> implies(a, b))
                : other.values().stream().anyMatch(b -> implies(a, b)));
    }

    static boolean implies(ValueTest one, ValueTest other) {
        if (one.equals(other)) {
            return true;
        }
        return switch (one) {
            case ValueTest.Text a when other instanceof ValueTest.Text b -> (!b.cased() || a.cased())
                    && contains(symbols(b), symbols(a));
            case ValueTest.Text a when other instanceof ValueTest.InNetwork(var network) ->
                a.pattern().isLiteral() && network.contains(a.pattern().literalText());
            case ValueTest.OneOf(var forms) -> forms.stream().allMatch(form -> implies(form, other));
            default -> other instanceof ValueTest.OneOf(var forms)
                    && forms.stream().anyMatch(form -> implies(one, form));
        };
    }

    /** Whether no single value meets both. */
    static boolean disjoint(Detection.FieldTest one, Detection.FieldTest other) {
        if (one.field() == null || !one.field().equals(other.field()) || one.negated() || other.negated()) {
            return false;
        }
        return one.values().stream().allMatch(a -> other.values().stream().allMatch(b -> disjoint(a, b)));
    }

    static boolean disjoint(ValueTest one, ValueTest other) {
        return switch (one) {
            case ValueTest.Text a when other instanceof ValueTest.Text b ->
                !overlap(symbols(a), symbols(b)) || a.pattern().isLiteral() && b.pattern().isLiteral()
                        && a.cased() && b.cased() && !a.pattern().equals(b.pattern());
            case ValueTest.Text a when other instanceof ValueTest.InNetwork(var network) ->
                a.pattern().isLiteral() && !network.contains(a.pattern().literalText());
            case ValueTest.Text a when other instanceof ValueTest.Compare(var order, var number) ->
                a.pattern().isLiteral() && Numbers.parse(a.pattern().literalText())
                        .filter(n -> order.holds(n, number)).isEmpty();
            case ValueTest.Text _ -> other instanceof ValueTest.IsNull || isAbsence(other);
            case ValueTest.IsNull _ -> other instanceof ValueTest.Text || other instanceof ValueTest.Search
                    || other instanceof ValueTest.InNetwork || other instanceof ValueTest.Compare;
            case ValueTest.Exists e -> !e.expected() && !(other instanceof ValueTest.IsNull)
                    && !(other instanceof ValueTest.Exists)
                    || other instanceof ValueTest.Exists o
                            && e.expected() != o.expected();
            case ValueTest.Compare a when other instanceof ValueTest.Compare b -> apart(a, b) || apart(b, a);
            case ValueTest.InNetwork _,ValueTest.Compare _ when other instanceof ValueTest.Text -> disjoint(other, one);
            default -> isAbsence(other);
        };
    }

    private static boolean isAbsence(ValueTest test) {
        return test instanceof ValueTest.Exists e && !e.expected();
    }

    private static boolean apart(ValueTest.Compare low, ValueTest.Compare high) {
        boolean below = low.order() == ValueTest.Order.LESS || low.order() == ValueTest.Order.LESS_OR_EQUAL;
        boolean above = high.order() == ValueTest.Order.GREATER || high.order() == ValueTest.Order.GREATER_OR_EQUAL;
        int gap = high.number().compareTo(low.number());
        boolean touching = low.order() == ValueTest.Order.LESS_OR_EQUAL
                && high.order() == ValueTest.Order.GREATER_OR_EQUAL;
        return below && above && (gap > 0 || gap == 0 && !touching);
    }

    private static final int MANY = -1;
    private static final int ONE = -2;
    private static final int DASH = -3;

    /** One number for each character, folded, and for each wildcard. */
    private static List<Integer> symbols(ValueTest.Text text) {
        List<Integer> symbols = new ArrayList<>();
        for (TextPattern.Part part : text.pattern().parts()) {
            switch (part) {
                case TextPattern.Literal l -> Fold.fold(l.text()).codePoints().forEach(symbols::add);
                case TextPattern.Wild w -> symbols.add(w == TextPattern.Wild.MANY
                        ? MANY
                        : w == TextPattern.Wild.ONE ? ONE : DASH);
                case TextPattern.Placeholder _ -> symbols.add(MANY);
            }
        }
        return symbols;
    }

    /** Whether each text of the inner pattern is one of the outer; sound, not complete. */
    private static boolean contains(List<Integer> outer, List<Integer> inner) {
        boolean[][] can = new boolean[outer.size() + 1][inner.size() + 1];
        can[0][0] = true;
        for (int i = 0; i <= outer.size(); i++) {
            for (int j = 0; j <= inner.size(); j++) {
                if (i > 0 && outer.get(i - 1) == MANY) {
                    can[i][j] |= can[i - 1][j] || j > 0 && can[i][j - 1];
                } else if (i > 0 && j > 0) {
                    can[i][j] |= can[i - 1][j - 1] && takes(outer.get(i - 1), inner.get(j - 1));
                }
            }
        }
        return can[outer.size()][inner.size()];
    }

    private static boolean takes(int outer, int inner) {
        return switch (outer) {
            case ONE -> inner != MANY;
            case DASH -> inner == DASH || inner >= 0 && TextPattern.DASHES.indexOf(inner) >= 0;
            default -> outer == inner;
        };
    }

    /** Whether some text is of both patterns. */
    private static boolean overlap(List<Integer> a, List<Integer> b) {
        boolean[][] can = new boolean[a.size() + 1][b.size() + 1];
        can[0][0] = true;
        for (int i = 0; i <= a.size(); i++) {
            for (int j = 0; j <= b.size(); j++) {
                boolean manyA = i > 0 && a.get(i - 1) == MANY;
                boolean manyB = j > 0 && b.get(j - 1) == MANY;
                can[i][j] |= manyA && (can[i - 1][j] || j > 0 && can[i][j - 1])
                        || manyB && (can[i][j - 1] || i > 0 && can[i - 1][j])
                        || i > 0 && j > 0 && can[i - 1][j - 1]
                                && (takes(a.get(i - 1), b.get(j - 1)) || takes(b.get(j - 1), a.get(i - 1)));
            }
        }
        return can[a.size()][b.size()];
    }
}
