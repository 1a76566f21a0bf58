package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import java.util.Objects;

/**
 * A question to a store.
 *
 * @param key none where the kind needs none
 * @param index only for {@link Kind#GET_INDEX_FROM_VALUE}
 */
public record Query(Kind kind, Value key, Value index) implements Operation {
    /** What is asked for. */
    public enum Kind {
        /** The value. */
        GET,
        /** Whether the key is there: a boolean. */
        EXISTS,
        /** All keys: a set. */
        KEYS,
        /** What the index stands for in the value: see {@link Containers#at}. */
        GET_INDEX_FROM_VALUE,
        /** How many keys there are: a count. */
        SIZE
    }

    public Query {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(key);
        Objects.requireNonNull(index);
    }

    public static Query get(Value key) {
        return new Query(Kind.GET, key, Value.NONE);
    }

    public static Query exists(Value key) {
        return new Query(Kind.EXISTS, key, Value.NONE);
    }

    public static Query keys() {
        return new Query(Kind.KEYS, Value.NONE, Value.NONE);
    }

    public static Query index(Value key, Value index) {
        return new Query(Kind.GET_INDEX_FROM_VALUE, key, index);
    }

    public static Query size() {
        return new Query(Kind.SIZE, Value.NONE, Value.NONE);
    }

    @Override
    public Value toValue() {
        return Operation.vector(Operation.name(kind), key, index);
    }
}
