package dev.tocsin.sigma;

import dev.tocsin.sigma.Expression.Leaf;
import dev.tocsin.sigma.Expression.Many;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Makes an {@link Expression} of a rule's syntax tree. */
record ExpressionReader(SigmaRule rule, Items items) {
    /** Any of the conditions. */
    Expression read() {
        return any(rule.conditions().stream().map(this::part).toList(), false);
    }

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
