package dev.tocsin.fabric.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sequence of values of any types. */
public final class Vector implements Value {
    private final List<Value> items;
    private final int depth;

    /**
     * @param items are copied
     * @throws ValueException if it would nest deeper than {@link Value#MAX_DEPTH}
     */
    public Vector(List<? extends Value> items) {
        this.items = List.copyOf(items);
        this.depth = depthOver(this.items);
    }

    public List<Value> items() {
        return items;
    }

    public Value get(int index) {
        return items.get(index);
    }

    public int size() {
        return items.size();
    }

    static int depthOver(List<? extends Value> items) {
        int deepest = 0;
        for (int i = 0; i < items.size(); i++) {
            deepest = Math.max(deepest, items.get(i).depth());
        }
        return oneOver(deepest);
    }

    static int oneOver(int deepest) {
        if (deepest >= MAX_DEPTH) {
            throw new ValueException("nested deeper than " + MAX_DEPTH);
        }
        return deepest + 1;
    }

    @Override
    public Type type() {
        return Type.VECTOR;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Vector v && compareTo(v) == 0;
    }

    @Override
    public int hashCode() {
        return items.hashCode();
    }

    @Override
    public String toString() {
        return items.toString();
    }
}
