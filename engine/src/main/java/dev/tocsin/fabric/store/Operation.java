package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.Vector;
import java.util.List;
import java.util.Locale;

/** What a store can be asked to do. */
public sealed interface Operation permits Mutation, Query {
    /** As it travels. */
    Value toValue();

    /** @throws ValueException if it is none */
    static Operation of(Value value) {
        if (!(value instanceof Vector v) || v.size() < 3 || !(v.get(0) instanceof Value.Text name)) {
            throw new ValueException("not an operation of a store");
        }
        String text = name.utf8().toUpperCase(Locale.ROOT);
        try {
            return v.size() == 3
                    ? new Query(Query.Kind.valueOf(text), v.get(1), v.get(2))
                    : Mutation.of(Mutation.Kind.valueOf(text), v);
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            throw new ValueException("not an operation of a store: " + name.utf8() + " with " + (v.size() - 1)
                    + " arguments");
        }
    }

    static Value.Text name(Enum<?> kind) {
        return Value.of(kind.name().toLowerCase(Locale.ROOT));
    }

    static Vector vector(Value... items) {
        return new Vector(List.of(items));
    }
}
