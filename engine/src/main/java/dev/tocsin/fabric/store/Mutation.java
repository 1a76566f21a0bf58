package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.Vector;
import java.util.Objects;

/**
 * A change that a store is asked to make. What each does, gives and refuses is in docs/reference/stores.md.
 *
 * @param key none for {@link Kind#CLEAR}
 * @param argument the value, amount, element or index; none where the kind needs none
 * @param second only for {@link Kind#INSERT_INTO_TABLE}: the value for the index
 * @param ifRevision make it only if the key has this revision: 0 for a key that is not there; for clear, if the store has
 *            it; {@link #ANY} for no condition
 */
public record Mutation(Kind kind, Value key, Value argument, Value second, Expiry expiry, long ifRevision)
        implements
            Operation {
    public static final long ANY = -1;

    /** The operations, named as in Broker. */
    public enum Kind {
        PUT,
        PUT_UNIQUE,
        ERASE,
        CLEAR,
        INCREMENT,
        DECREMENT,
        APPEND,
        INSERT_INTO_SET,
        INSERT_INTO_TABLE,
        REMOVE_FROM,
        PUSH,
        POP
    }

    public Mutation {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(key);
        Objects.requireNonNull(argument);
        Objects.requireNonNull(second);
        Objects.requireNonNull(expiry);
        if (ifRevision < ANY) {
            throw new IllegalArgumentException("a revision is not negative");
        }
    }

    public static Mutation put(Value key, Value value) {
        return new Mutation(Kind.PUT, key, value, Value.NONE, Expiry.NEVER, ANY);
    }

    public static Mutation putUnique(Value key, Value value) {
        return new Mutation(Kind.PUT_UNIQUE, key, value, Value.NONE, Expiry.NEVER, ANY);
    }

    public static Mutation erase(Value key) {
        return of(Kind.ERASE, key, Value.NONE);
    }

    public static Mutation clear() {
        return of(Kind.CLEAR, Value.NONE, Value.NONE);
    }

    public static Mutation increment(Value key, Value amount) {
        return of(Kind.INCREMENT, key, amount);
    }

    public static Mutation decrement(Value key, Value amount) {
        return of(Kind.DECREMENT, key, amount);
    }

    public static Mutation append(Value key, Value text) {
        return of(Kind.APPEND, key, text);
    }

    /** Into a set. */
    public static Mutation insertInto(Value key, Value element) {
        return of(Kind.INSERT_INTO_SET, key, element);
    }

    /** Into a table. */
    public static Mutation insertInto(Value key, Value index, Value value) {
        return new Mutation(Kind.INSERT_INTO_TABLE, key, index, value, Expiry.KEEP, ANY);
    }

    public static Mutation removeFrom(Value key, Value index) {
        return of(Kind.REMOVE_FROM, key, index);
    }

    public static Mutation push(Value key, Value element) {
        return of(Kind.PUSH, key, element);
    }

    public static Mutation pop(Value key) {
        return of(Kind.POP, key, Value.NONE);
    }

    private static Mutation of(Kind kind, Value key, Value argument) {
        return new Mutation(kind, key, argument, Value.NONE, Expiry.KEEP, ANY);
    }

    public Mutation with(Expiry other) {
        return new Mutation(kind, key, argument, second, other, ifRevision);
    }

    public Mutation ifRevision(long revision) {
        return new Mutation(kind, key, argument, second, expiry, revision);
    }

    @Override
    public Value toValue() {
        return Operation.vector(Operation.name(kind), key, argument, second, Operation.name(expiry.kind()),
                Value.count(expiry.millis()), Value.integer(ifRevision));
    }

    static Mutation of(Kind kind, Vector v) {
        if (v.size() == 7 && v.get(4) instanceof Value.Text expiry && v.get(5) instanceof Value.Count millis
                && v.get(6) instanceof Value.Int revision) {
            return new Mutation(kind, v.get(1), v.get(2), v.get(3), new Expiry(Expiry.Kind.valueOf(expiry.utf8()
                    .toUpperCase(java.util.Locale.ROOT)), millis.value()), revision.value());
        }
        throw new IllegalArgumentException("not a mutation");
    }
}
