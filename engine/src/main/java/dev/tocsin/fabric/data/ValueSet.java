package dev.tocsin.fabric.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A set of values of any types, kept in their order. */
public final class ValueSet implements Value {
    private final List<Value> items;
    private final int depth;

    private ValueSet(List<Value> items) {
        this.items = items;
        this.depth = Vector.depthOver(items);
    }

    /** The distinct values of {@code items}, in any order given. */
    public static ValueSet of(Collection<? extends Value> items) {
        return new ValueSet(items.stream().<Value>map(v -> v).sorted().distinct().toList());
    }

    public static ValueSet of(Value... items) {
        return of(Arrays.asList(items));
    }

    /** @return empty if two of the values are equal */
    public static Optional<ValueSet> ofUnique(Collection<? extends Value> items) {
        ValueSet set = of(items);
        return set.size() == items.size() ? Optional.of(set) : Optional.empty();
    }

    /** In ascending order. */
    public List<Value> items() {
        return items;
    }

    public int size() {
        return items.size();
    }

    public boolean contains(Value value) {
        return Collections.binarySearch(items, value) >= 0;
    }

    @Override
    public Type type() {
        return Type.SET;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof ValueSet s && compareTo(s) == 0;
    }

    @Override
    public int hashCode() {
        return items.hashCode() + 1;
    }

    @Override
    public String toString() {
        return "set" + items;
    }
}
