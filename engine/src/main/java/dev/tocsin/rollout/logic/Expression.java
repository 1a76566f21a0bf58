package dev.tocsin.rollout.logic;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A targeting rule, compiled. Values are null, {@link Boolean}, {@link Double}, {@link String} and lists of them.
 */
public sealed interface Expression {
    /** @throws LogicException when it has no value here */
    @Nullable
    Object value(Scope scope);

    /** The same with everything evaluated that the scope knows; a {@link Constant} when nothing is left. */
    Expression fold(Scope known);

    /** The parts, for whoever wants to look through it. */
    List<Expression> parts();

    /** A value that stands in the rule. */
    record Constant(@Nullable Object content) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            return content;
        }

        @Override
        public Expression fold(Scope known) {
            return this;
        }

        @Override
        public List<Expression> parts() {
            return List.of();
        }
    }

    /** {@code {"var": name}} or {@code {"var": [name, otherwise]}}. */
    record Variable(String name, @Nullable Object otherwise) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            Object value = scope.get(name);
            return value == null ? otherwise : value;
        }

        @Override
        public Expression fold(Scope known) {
            return known.knows(name) ? new Constant(value(known)) : this;
        }

        @Override
        public List<Expression> parts() {
            return List.of();
        }
    }

    /** {@code if} with a condition and two outcomes. {@code text} is the condition as JSON, {@code path} where it stands. */
    record Branch(String path, String text, Expression condition, Expression yes,
            Expression no) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            Object value = condition.value(scope);
            scope.decided(path, text, value);
            return (Values.isTrue(value) ? yes : no).value(scope);
        }

        @Override
        public Expression fold(Scope known) {
            Expression folded = condition.fold(known);
            if (folded instanceof Constant c) {
                return (Values.isTrue(c.content()) ? yes : no).fold(known);
            }
            return new Branch(path, text, folded, yes.fold(known), no.fold(known));
        }

        @Override
        public List<Expression> parts() {
            return List.of(condition, yes, no);
        }
    }

    /** {@code and}, {@code or}: the first that decides, or the last. */
    record Junction(boolean isAnd, List<Expression> parts) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            Object value = null;
            for (Expression part : parts) {
                value = part.value(scope);
                if (Values.isTrue(value) != isAnd) {
                    return value;
                }
            }
            return value;
        }

        @Override
        public Expression fold(Scope known) {
            List<Expression> left = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                Expression folded = parts.get(i).fold(known);
                boolean isLast = i == parts.size() - 1;
                if (folded instanceof Constant c) {
                    if (Values.isTrue(c.content()) != isAnd || isLast) {
                        left.add(folded);
                        break;
                    }
                } else {
                    left.add(folded);
                }
            }
            return left.size() == 1 ? left.getFirst() : new Junction(isAnd, List.copyOf(left));
        }
    }

    /** Any operator that looks at all of its arguments and at nothing else. */
    record Operation(String name, Function<List<@Nullable Object>, @Nullable Object> operator,
            List<Expression> parts) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            List<@Nullable Object> values = new ArrayList<>(parts.size());
            for (Expression part : parts) {
                values.add(part.value(scope));
            }
            return operator.apply(values);
        }

        @Override
        public Expression fold(Scope known) {
            List<Expression> folded = parts.stream().map(p -> p.fold(known)).toList();
            Operation left = new Operation(name, operator, folded);
            if (folded.stream().allMatch(Constant.class::isInstance)) {
                try {
                    return new Constant(left.value(known));
                } catch (LogicException _) {
                    // It fails for each event, and says so then.
                    return left;
                }
            }
            return left;
        }
    }

    /**
     * {@code fractional}: a variant by the hash of a value, the same for the same value.
     *
     * @param by what is hashed
     * @param variants names, or null for the default
     * @param weights as many as there are variants, none negative, in sum from 1 to 2^31-1
     */
    record Fraction(String path, Expression by, List<@Nullable String> variants,
            List<Integer> weights) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            Object key = by.value(scope);
            if (!(key instanceof String text)) {
                throw new LogicException(path + ": what fractional hashes is "
                        + (key == null ? "not there" : "not a text"));
            }
            int chosen = Buckets.choose(text, weights);
            scope.decided(path, "fractional by \"" + text + "\"", variants.get(chosen));
            return variants.get(chosen);
        }

        @Override
        public Expression fold(Scope known) {
            Expression key = by.fold(known);
            Fraction left = new Fraction(path, key, variants, weights);
            return key instanceof Constant c && c.content() instanceof String
                    ? new Constant(left.value(known))
                    : left;
        }

        @Override
        public List<Expression> parts() {
            return List.of(by);
        }
    }
}
