package dev.tocsin.fabric.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values by key, kept in the order of the keys. */
public final class Table implements Value {
    /** One key and what it stands for. */
    public record Entry(Value key, Value value) {
    }

    private final List<Entry> entries;
    private final int depth;

    private Table(List<Entry> entries) {
        this.entries = entries;
        int deepest = 0;
        for (Entry entry : entries) {
            deepest = Math.max(deepest, Math.max(entry.key().depth(), entry.value().depth()));
        }
        this.depth = Vector.oneOver(deepest);
    }

    public static Table of(Map<? extends Value, ? extends Value> values) {
        List<Entry> entries = new ArrayList<>(values.size());
        values.forEach((key, value) -> entries.add(new Entry(key, value)));
        return ofUnique(entries).orElseThrow(() -> new ValueException("a key stands twice"));
    }

    /** @return empty if two of the keys are equal */
    public static Optional<Table> ofUnique(Collection<Entry> entries) {
        List<Entry> sorted = entries.stream().sorted(Comparator.comparing(Entry::key)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i - 1).key().compareTo(sorted.get(i).key()) == 0) {
                return Optional.empty();
            }
        }
        return Optional.of(new Table(sorted));
    }

    /** In ascending order of the keys. */
    public List<Entry> entries() {
        return entries;
    }

    public int size() {
        return entries.size();
    }

    public Optional<Value> get(Value key) {
        int low = 0;
        int high = entries.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = entries.get(middle).key().compareTo(key);
            if (order == 0) {
                return Optional.of(entries.get(middle).value());
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    @Override
    public Type type() {
        return Type.TABLE;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Table t && compareTo(t) == 0;
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return "table" + entries;
    }
}
