package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import org.jspecify.annotations.Nullable;

/**
 * Something changed in a store.
 *
 * @param key none for {@link Kind#CLEAR}
 * @param old null if there was nothing under the key
 * @param value null if there is nothing any more
 * @param spanMillis after how long without modification it will expire; 0 for never
 * @param publisher who asked for it: node and client; for what expired, the master's node
 */
public record StoreEvent(String store, Kind kind, Value key, @Nullable Value old, @Nullable Value value, long revision,
        long spanMillis, String publisher) {
    /** What happened. All but clear as in Broker, which tells a clear as many erasures. */
    public enum Kind {
        INSERT,
        UPDATE,
        ERASE,
        EXPIRE,
        CLEAR
    }

    static StoreEvent of(String store, Change change) {
        Entry before = change.before();
        Entry after = change.after();
        return new StoreEvent(store, Kind.valueOf(change.kind().name()), change.key(), before == null
                ? null
                : before.value(), after == null ? null : after.value(), change.revision(),
                after == null
                        ? 0
                        : after.spanMillis(),
                change.publisher());
    }

    /** As a value: vector of kind, store, key, old value, value, revision, span in ns, publisher; none for what is not. */
    public Value toValue() {
        return Operation.vector(Operation.name(kind), Value.of(store), key, old == null ? Value.NONE : old,
                value == null
                        ? Value.NONE
                        : value,
                Value.count(revision), new Value.Timespan(spanMillis * 1_000_000), Value.of(publisher));
    }
}
