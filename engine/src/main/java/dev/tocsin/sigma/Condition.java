package dev.tocsin.sigma;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A parsed {@code condition:}; every name in it exists in the rule's detection. */
public sealed interface Condition {

    /** The same over selections of other names. */
    default Condition renamed(UnaryOperator<String> names) {
        return switch (this) {
            case And(var parts) -> new And(parts.stream().map(p -> p.renamed(names)).toList());
            case Or(var parts) -> new Or(parts.stream().map(p -> p.renamed(names)).toList());
            case Not(var part) -> new Not(part.renamed(names));
            case Selection(var name) -> new Selection(names.apply(name));
            case Quantified(var written, boolean all, var some) ->
                new Quantified(written, all, some.stream().map(names).toList());
        };
    }

    /** Whether there is a {@code not} in it. */
    default boolean hasNot() {
        return switch (this) {
            case And(var parts) -> parts.stream().anyMatch(Condition::hasNot);
            case Or(var parts) -> parts.stream().anyMatch(Condition::hasNot);
            case Not _ -> true;
            case Selection _,Quantified _ -> false;
        };
    }

    record And(List<Condition> parts) implements Condition {
        public And {
            parts = List.copyOf(parts);
        }

        @Override
        public String toString() {
            return parts.stream().map(Object::toString).collect(Collectors.joining(" and ", "(", ")"));
        }
    }

    record Or(List<Condition> parts) implements Condition {
        public Or {
            parts = List.copyOf(parts);
        }

        @Override
        public String toString() {
            return parts.stream().map(Object::toString).collect(Collectors.joining(" or ", "(", ")"));
        }
    }

    record Not(Condition part) implements Condition {
        @Override
        public String toString() {
            return "not " + part;
        }
    }

    record Selection(String name) implements Condition {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * {@code 1 of pattern} or {@code all of pattern}.
     *
     * @param written as the rule has it
     * @param names the selections that the pattern stands for, in the rule's order, at least one
     */
    record Quantified(String written, boolean all, List<String> names) implements Condition {
        public Quantified {
            names = List.copyOf(names);
        }

        @Override
        public String toString() {
            return written;
        }
    }
}
