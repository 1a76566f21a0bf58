package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Bytes;
import dev.tocsin.fabric.data.Table;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueSet;
import dev.tocsin.fabric.data.Vector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes within strings, vectors, sets and tables; {@code null} stands for a key that is not there. */
final class Containers {
    private Containers() {
    }

    static Value.Text append(@Nullable Value value, Value more) {
        if (!(more instanceof Value.Text tail) || value != null && !(value instanceof Value.Text)) {
            throw clash("append", value, more);
        }
        if (!(value instanceof Value.Text head)) {
            return tail;
        }
        byte[] both = new byte[head.bytes().length() + tail.bytes().length()];
        head.bytes().copyTo(both, 0);
        tail.bytes().copyTo(both, head.bytes().length());
        return new Value.Text(Bytes.of(both));
    }

    static ValueSet insert(@Nullable Value value, Value element) {
        if (value == null) {
            return ValueSet.of(element);
        }
        if (!(value instanceof ValueSet set)) {
            throw clash("insert_into_set", value, element);
        }
        if (set.contains(element)) {
            return set;
        }
        List<Value> items = new ArrayList<>(set.items());
        items.add(element);
        return ValueSet.of(items);
    }

    static Table insert(@Nullable Value value, Value index, Value what) {
        List<Table.Entry> entries = new ArrayList<>();
        if (value instanceof Table table) {
            entries.addAll(table.entries());
        } else if (value != null) {
            throw clash("insert_into_table", value, index);
        }
        int at = find(entries, index);
        if (at >= 0) {
            entries.set(at, new Table.Entry(index, what));
        } else {
            entries.add(-at - 1, new Table.Entry(index, what));
        }
        return table(entries);
    }

    /** The same object when there is nothing to remove. */
    static Value remove(Value value, Value index) {
        if (value instanceof ValueSet set) {
            return set.contains(index)
                    ? ValueSet.of(set.items().stream().filter(i -> !i.equals(index)).toList())
                    : set;
        }
        if (value instanceof Table table) {
            List<Table.Entry> entries = new ArrayList<>(table.entries());
            int at = find(entries, index);
            if (at < 0) {
                return table;
            }
            entries.remove(at);
            return table(entries);
        }
        throw clash("remove_from", value, index);
    }

    static Vector push(@Nullable Value value, Value element) {
        List<Value> items = new ArrayList<>();
        if (value instanceof Vector vector) {
            items.addAll(vector.items());
        } else if (value != null) {
            throw clash("push", value, element);
        }
        items.add(element);
        return new Vector(items);
    }

    static Vector pop(Value value) {
        if (!(value instanceof Vector vector)) {
            throw clash("pop", value, Value.NONE);
        }
        if (vector.size() == 0) {
            throw new StoreException(StoreFault.EMPTY, "the vector has nothing that could be taken out");
        }
        return new Vector(vector.items().subList(0, vector.size() - 1));
    }

    /**
     * What an index stands for: in a vector the element at that count or integer, in a set whether it is in it, in a table
     * the value under it, in anything else the value itself.
     */
    static Value at(Value value, Value index) {
        return switch (value) {
            case Vector vector -> {
                long at = switch (index) {
                    case Value.Count c -> c.value() < 0 ? Long.MAX_VALUE : c.value();
                    case Value.Int i when i.value() >= 0 -> i.value();
                    default -> throw clash("get_index_from_value", value, index);
                };
                if (at >= vector.size()) {
                    throw new StoreException(StoreFault.NO_SUCH_KEY, "the vector has " + vector.size() + " elements");
                }
                yield vector.get((int) at);
            }
            case ValueSet set -> Value.of(set.contains(index));
            case Table table -> table.get(index).orElseThrow(() -> new StoreException(StoreFault.NO_SUCH_KEY,
                    "the table has no such index"));
            default -> value;
        };
    }

    /** How many elements or bytes are in it. */
    static Value.Count sizeOf(Value value) {
        return Value.count(switch (value) {
            case Value.Text text -> text.bytes().length();
            case Vector vector -> vector.size();
            case ValueSet set -> set.size();
            case Table table -> table.size();
            default -> 1;
        });
    }

    private static int find(List<Table.Entry> entries, Value index) {
        return Collections.binarySearch(entries, new Table.Entry(index, Value.NONE), Comparator.comparing(
                Table.Entry::key));
    }

    private static Table table(List<Table.Entry> entries) {
        return Table.ofUnique(entries).orElseThrow();
    }

    private static StoreException clash(String operation, @Nullable Value value, Value argument) {
        String of = value == null ? "a key that is not there" : "a " + value.type().text();
        return new StoreException(StoreFault.TYPE_CLASH, operation + " is not for " + of + " with a " + argument.type()
                .text());
    }
}
