package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A rule's conditions over items, with every {@code not} pushed down to the items. */
sealed interface Expression {

    /** An item, or its contrary. */
    record Leaf(int item, boolean negated, int cost) implements Expression {
    }

    /** All parts, or any; the cheap ones first, and no part of the same kind as the whole. */
    record Many(boolean all, List<Expression> parts, int cost) implements Expression {
    }

    /** Roughly, of deciding it. */
    int cost();

    static Expression of(SigmaRule rule, Items items) {
        return new Reader(rule, items).any(rule.conditions().stream().map(c -> (Reader.Part) negated -> new Reader(rule,
                items).read(c, negated)).toList(), false);
    }

    /** Reads a rule's syntax tree. */
    record Reader(SigmaRule rule, Items items) {
        private interface Part {
            Expression read(boolean negated);
        }

        private Expression read(Condition condition, boolean negated) {
            return switch (condition) {
                case Condition.And(var parts) -> all(parts.stream().map(this::part).toList(), negated);
                case Condition.Or(var parts) -> any(parts.stream().map(this::part).toList(), negated);
                case Condition.Not(var part) -> read(part, !negated);
                case Condition.Selection(var name) -> read(rule.detection(name), negated);
                case Condition.Quantified(_, boolean all, var names) -> {
                    List<Part> parts = names.stream().<Part>map(name -> not -> read(rule.detection(name), not))
                            .toList();
                    yield all ? all(parts, negated) : any(parts, negated);
                }
            };
        }

        private Part part(Condition condition) {
            return negated -> read(condition, negated);
        }

        private Part part(Detection detection) {
            return negated -> read(detection, negated);
        }

        private Expression read(Detection detection, boolean negated) {
            return switch (detection) {
                case Detection.AllOf(var parts) -> all(parts.stream().map(this::part).toList(), negated);
                case Detection.AnyOf(var parts) -> any(parts.stream().map(this::part).toList(), negated);
                case Detection.Item item -> {
                    int number = items.of(item.test(), rule.logSource());
                    yield new Leaf(number, item.test().negated() != negated, items.all().get(number).cost());
                }
            };
        }

        private Expression all(List<Part> parts, boolean negated) {
            return many(parts, !negated, negated);
        }

        private Expression any(List<Part> parts, boolean negated) {
            return many(parts, negated, negated);
        }

        private static Expression many(List<Part> parts, boolean all, boolean negated) {
            List<Expression> read = new ArrayList<>();
            for (Part part : parts) {
                Expression expression = part.read(negated);
                if (expression instanceof Many many && many.all() == all) {
                    read.addAll(many.parts());
                } else {
                    read.add(expression);
                }
            }
            if (read.size() == 1) {
                return read.getFirst();
            }
            read.sort(Comparator.comparingInt(Expression::cost));
            return new Many(all, List.copyOf(read),
                    (int) Math.min(Integer.MAX_VALUE, read.stream().mapToLong(Expression::cost).sum()));
        }
    }
}
