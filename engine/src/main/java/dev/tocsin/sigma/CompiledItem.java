package dev.tocsin.sigma;

import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/** An item ready to run. Immutable; what an event answers is kept in its {@link EventView}. */
final class CompiledItem {
    /** The slot of keywords. */
    static final int EVERYTHING = -1;

    /** One value, or several folded into one, put to a field. */
    private interface Question {
        boolean holds(FieldValues values, EventView view);
    }

    private final int number;
    private final int slot;
    private final boolean all;
    private final boolean negated;
    private final int cost;
    private final Question[] questions;

    private CompiledItem(int number, int slot, Detection.FieldTest test, List<Question> questions, int cost) {
        this.number = number;
        this.slot = slot;
        this.all = test.all();
        this.negated = test.negated();
        this.questions = questions.toArray(Question[]::new);
        this.cost = cost;
    }

    /** @param slotOf where a second field that the item names is found */
    static CompiledItem of(int number, Detection.FieldTest test, int slot, ToIntFunction<String> slotOf) {
        List<Question> questions = new ArrayList<>();
        List<ValueTest.Text> texts = new ArrayList<>();
        for (ValueTest value : test.values()) {
            if (!test.all() && value instanceof ValueTest.Text text) {
                texts.add(text);
            } else {
                questions.add(question(value, slotOf));
            }
        }
        if (!texts.isEmpty()) {
            questions.addFirst(question(new TextSet(texts)));
        }
        int cost = test.values().stream().mapToInt(CompiledItem::costOf).sum() * (slot == EVERYTHING ? 30 : 1);
        return new CompiledItem(number, slot, test, questions, cost);
    }

    private static Question question(TextSet texts) {
        return (values, _) -> texts.matchesAny(values);
    }

    private static Question question(ValueTest test, ToIntFunction<String> slotOf) {
        return switch (test) {
            case ValueTest.Text text -> question(new TextSet(List.of(text)));
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
            case ValueTest.SameAs same -> {
                int other = slotOf.applyAsInt(same.field());
                yield (values, view) -> sameAs(same, values, view.field(other));
            }
            case ValueTest.OneOf(List<ValueTest> forms) -> {
                List<Question> questions = forms.stream().map(form -> question(form, slotOf)).toList();
                yield (values, view) -> {
                    for (Question question : questions) {
                        if (question.holds(values, view)) {
                            return true;
                        }
                    }
                    return false;
                };
            }
        };
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

    private interface TextQuestion {
        boolean holds(String text);
    }

    private static boolean any(FieldValues values, TextQuestion question) {
        for (String text : values.texts()) {
            if (question.holds(text)) {
                return true;
            }
        }
        return false;
    }

    private static int costOf(ValueTest test) {
        return switch (test) {
            case ValueTest.IsNull _,ValueTest.Exists _ -> 1;
            case ValueTest.Text t ->
                t.pattern().isLiteral() ? 1 : t.pattern().startsWithMany() && t.pattern().endsWithMany() ? 20 : 3;
            case ValueTest.InNetwork _,ValueTest.Compare _,ValueTest.DatePart _,ValueTest.SameAs _ -> 10;
            case ValueTest.OneOf o -> o.forms().stream().mapToInt(CompiledItem::costOf).sum();
            case ValueTest.Search _ -> 500;
        };
    }

    int number() {
        return number;
    }

    /** Roughly how long it takes, for putting cheap items first; comparable within one rule set. */
    int cost() {
        return cost;
    }

    boolean decide(EventView view) {
        FieldValues values = slot == EVERYTHING ? view.everything() : view.field(slot);
        for (Question question : questions) {
            if (question.holds(values, view) != all) {
                return all == negated;
            }
        }
        return all != negated;
    }
}
