package dev.tocsin.sigma;

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
        return new ExpressionReader(rule, items).read();
    }
}
