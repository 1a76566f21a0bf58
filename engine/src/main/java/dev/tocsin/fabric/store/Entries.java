package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a copy of a store is kept. One thread writes; reading is allowed to many while nobody writes, which the caller sees
 * to.
 */
interface Entries extends AutoCloseable {
    /** How far this copy has come. */
    Mark mark();

    @Nullable
    Entry get(Value key);

    /** Makes the steps, in their order, and what goes with them: all or, after a crash, nothing of it. */
    void apply(List<Change> changes, Map<UUID, byte[]> sessions, Mark mark);

    /** Keys that are due, the longest first. */
    List<Value> due(long nowMillis, int max);

    /** When the next key is due; {@link Long#MAX_VALUE} for never. */
    long nextDueMillis();

    /** Of each client, what was told last of what it was answered. */
    Map<UUID, byte[]> sessions();

    /** All as it is now, whatever is written later; to be closed. */
    Snapshot snapshot();

    /** How much room it takes: on disk, or about so much in memory. */
    long bytes();

    /** Compares what is there with the mark; to be called before anything is written. */
    default void prove() {
        // What is in memory was never anywhere else.
    }

    /** Whether what it is kept in turned out not to be what was written; only {@link #reset} helps then. */
    default boolean isDamaged() {
        return false;
    }

    /** Empties it, position included. */
    void reset();

    @Override
    void close();

    /** What can be walked through once, by one thread. */
    interface Snapshot extends Iterator<Map.Entry<Value, Entry>>, AutoCloseable {
        @Override
        void close();
    }

    /**
     * How far a copy has come.
     *
     * @param digest sum of the hashes of all entries
     * @param atMillis when, by the clock of whoever wrote it
     */
    record Mark(long revision, long size, long digest, Place place, long atMillis) {
        static final Mark ZERO = new Mark(0, 0, 0, Place.START, 0);
    }

    /**
     * Where a copy stands in its log.
     *
     * @param log the log's id
     * @param position of what is to be read next
     * @param wholeAt the position up to which must be read until nothing is missing that compaction moved further back
     */
    record Place(String log, long position, long wholeAt) {
        static final Place START = new Place("", 0, 0);

        boolean isWhole() {
            return position >= wholeAt;
        }
    }
}
