package dev.tocsin.sigma.correlate;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** The condition of a temporal correlation over which of its rules matched; rules are numbered as the correlation lists them. */
public sealed interface RuleExpression {
    /** All of the parts. */
    record And(List<RuleExpression> parts) implements RuleExpression {
        public And {
            parts = List.copyOf(parts);
        }

        @Override
        public String toString() {
            return parts.stream().map(Object::toString).collect(Collectors.joining(" and ", "(", ")"));
        }
    }

    /** One of the parts. */
    record Or(List<RuleExpression> parts) implements RuleExpression {
        public Or {
            parts = List.copyOf(parts);
        }

        @Override
        public String toString() {
            return parts.stream().map(Object::toString).collect(Collectors.joining(" or ", "(", ")"));
        }
    }

    /** A rule matched, or, negated, did not. */
    record Rule(int number, boolean negated) implements RuleExpression {
        @Override
        public String toString() {
            return (negated ? "not " : "") + "#" + number;
        }
    }

    /** The opposite, with {@code not} before single rules only. */
    default RuleExpression negate() {
        return switch (this) {
            case And and -> new Or(and.parts().stream().map(RuleExpression::negate).toList());
            case Or or -> new And(or.parts().stream().map(RuleExpression::negate).toList());
            case Rule rule -> new Rule(rule.number(), !rule.negated());
        };
    }

    /**
     * @param present whether a rule that must match did
     * @param absent whether a rule that must not match did not
     */
    default boolean holds(IntPredicate present, IntPredicate absent) {
        return switch (this) {
            case And and -> and.parts().stream().allMatch(p -> p.holds(present, absent));
            case Or or -> or.parts().stream().anyMatch(p -> p.holds(present, absent));
            case Rule rule -> rule.negated() ? absent.test(rule.number()) : present.test(rule.number());
        };
    }

    /** Whether a {@code not} is in it. */
    default boolean hasNot() {
        return switch (this) {
            case And and -> and.parts().stream().anyMatch(RuleExpression::hasNot);
            case Or or -> or.parts().stream().anyMatch(RuleExpression::hasNot);
            case Rule rule -> rule.negated();
        };
    }

    /** Whether the rule stands in it without {@code not}. */
    default boolean wants(int number) {
        return switch (this) {
            case And and -> and.parts().stream().anyMatch(p -> p.wants(number));
            case Or or -> or.parts().stream().anyMatch(p -> p.wants(number));
            case Rule rule -> rule.number() == number && !rule.negated();
        };
    }
}
