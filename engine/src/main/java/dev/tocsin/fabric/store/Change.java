package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One step of a store from a revision to the next.
 *
 * @param key none for clear
 * @param before what stood under the key; null if nothing did
 * @param after what stands there now; null if nothing does
 * @param publisher who asked for it; the master's name for what expired
 */
record Change(Kind kind, Value key, @Nullable Entry before, @Nullable Entry after, long revision, String publisher) {
    /** What happened. */
    enum Kind {
        INSERT,
        UPDATE,
        ERASE,
        EXPIRE,
        CLEAR
    }

    Change {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(key);
        Objects.requireNonNull(publisher);
    }
}
