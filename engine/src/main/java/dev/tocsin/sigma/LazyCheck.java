package dev.tocsin.sigma;

import com.google.re2j.Pattern;
import dev.tocsin.sigma.match.EventFields;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A test of one value that no index answers; put to a field only when a rule that is a candidate asks. Immutable. */
final class LazyCheck {
    /** The values of fields, by slot, in the event at hand. */
    interface Fields {
        FieldValues field(int slot);
    }

    /** What a test asks that needs no texts. */
    enum Kind {
        NULL,
        THERE,
        NOT_THERE,
        /** Whether two fields hold the same, or one the other's, whatever the case. */
        ALIKE,
        OTHER
    }

    private interface Question {
        boolean holds(FieldValues values, Fields fields);
    }

    private interface TextQuestion {
        boolean holds(String text);
    }

    private final Question question;
    private final @Nullable RegexAutomaton automaton;
    private final Kind kind;
    private final boolean before;
    private final boolean after;
    private final int slot;
    private final int other;
    private final int cost;

    /** @param other the slot of a second field that the test names */
    LazyCheck(ValueTest test, int slot, int other) {
        this.slot = slot;
        this.other = other;
        this.kind = switch (test) {
            case ValueTest.IsNull _ -> Kind.NULL;
            case ValueTest.Exists(boolean expected) -> expected ? Kind.THERE : Kind.NOT_THERE;
            case ValueTest.SameAs same when !same.cased() -> Kind.ALIKE;
            default -> Kind.OTHER;
        };
        this.before = test instanceof ValueTest.SameAs same && same.before();
        this.after = test instanceof ValueTest.SameAs same && same.after();
        this.question = question(test, other);
        this.automaton = test instanceof ValueTest.Search(Regex regex) ? RegexAutomaton.of(regex).orElse(null) : null;
        this.cost = switch (test) {
            case ValueTest.IsNull _,ValueTest.Exists _ -> 1;
            case ValueTest.Search _ -> 500;
            default -> 20;
        };
    }

    boolean holds(Fields fields) {
        return question.holds(fields.field(slot), fields);
    }

    Kind kind() {
        return kind;
    }

    /** The slot of the second field. */
    int other() {
        return other;
    }

    /** Whether a value of one field, all ASCII, holds one of another, all ASCII; a negative number if some is not. */
    int alike(EventFields fields, int path, int otherPath) {
        int found = 0;
        for (int v = fields.firstValue(path); v >= 0; v = fields.nextValue(v)) {
            for (int w = fields.firstValue(otherPath); w >= 0; w = fields.nextValue(w)) {
                if (!fields.isAscii(v) || !fields.isAscii(w)) {
                    return -1;
                }
                found |= fields.contains(v, w, before, after) ? 1 : 0;
            }
        }
        return found;
    }

    /** A regular expression's automaton, which answers first, if it has one. */
    @Nullable
    RegexAutomaton automaton() {
        return automaton;
    }

    /** Roughly how long it takes; a literal's test takes 1. */
    int cost() {
        return cost;
    }

    private static Question question(ValueTest test, int otherSlot) {
        return switch (test) {
            case ValueTest.Text(TextPattern pattern, boolean cased) -> question(pattern, cased);
            case ValueTest.Search(Regex regex) -> {
                Pattern pattern = regex.compile();
                yield (values, _) -> any(values, text -> pattern.matcher(text).find());
            }
            case ValueTest.InNetwork(Network network) -> (values, _) -> any(values, network::contains);
            case ValueTest.Compare(ValueTest.Order order, BigDecimal number) ->
                (values, _) -> any(values, text -> Numbers.parse(text).filter(n -> order.holds(n, number)).isPresent());
            case ValueTest.DatePart(DateUnit unit, ValueTest.Order order, BigDecimal number) ->
                (values, _) -> any(values, text -> {
                    OptionalInt part = unit.of(text);
                    return part.isPresent() && order.holds(BigDecimal.valueOf(part.getAsInt()), number);
                });
            case ValueTest.IsNull() -> (values, _) -> values.isNull();
            case ValueTest.Exists(boolean expected) -> (values, _) -> values.isPresent() == expected;
            case ValueTest.SameAs same -> (values, fields) -> sameAs(same, values, fields.field(otherSlot));
            case ValueTest.OneOf _ -> throw new IllegalArgumentException("several forms are several tests");
        };
    }

    private static Question question(TextPattern pattern, boolean cased) {
        if (!Atoms.isWellFormed(pattern)) {
            // Half a surrogate pair is found by its UTF-16 unit, as the naive evaluation does.
            return (values, _) -> any(values, text -> NaiveEvaluator.like(pattern, text, cased));
        }
        Glob glob = new Glob(cased ? pattern : folded(pattern));
        return cased ? (values, _) -> any(values, glob::matches) : (values, _) -> anyLower(values, glob);
    }

    static TextPattern folded(TextPattern pattern) {
        return new TextPattern(pattern.parts().stream().<TextPattern.Part>map(
                part -> part instanceof TextPattern.Literal l ? new TextPattern.Literal(Fold.fold(l.text())) : part)
                .toList());
    }

    private static boolean sameAs(ValueTest.SameAs same, FieldValues values, FieldValues others) {
        for (int i = 0; i < values.texts().size(); i++) {
            String text = same.cased() ? values.texts().get(i) : values.lower()[i];
            for (int j = 0; j < others.texts().size(); j++) {
                String other = same.cased() ? others.texts().get(j) : others.lower()[j];
                boolean holds = same.before()
                        ? same.after() ? text.contains(other) : text.endsWith(other)
                        : same.after() ? text.startsWith(other) : text.equals(other);
                if (holds) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean any(FieldValues values, TextQuestion question) {
        for (String text : values.texts()) {
            if (question.holds(text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyLower(FieldValues values, Glob glob) {
        for (String text : values.lower()) {
            if (glob.matches(text)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the test can hold for a field that is not there. */
    static boolean holdsOfNothing(ValueTest test) {
        return test instanceof ValueTest.IsNull || test instanceof ValueTest.Exists(boolean expected) && !expected;
    }

    /** The name of the second field, if there is one. */
    static @Nullable String otherField(ValueTest test) {
        return test instanceof ValueTest.SameAs same ? Objects.requireNonNull(same.field()) : null;
    }
}
