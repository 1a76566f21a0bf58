package dev.tocsin.fabric.store;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a store's changes are kept so that any node can become its master: a stream of records by key, of which at least
 * the last of each key stays, in their order. One thread owns it.
 */
public interface StoreLog extends AutoCloseable {
    /** Names this log: a position in one that bears another name, or none, means nothing here. */
    String id();

    /**
     * Reading goes on there: 0 is the beginning.
     *
     * @return false if the log does not reach so far, so that the position is of another; nothing has changed then
     */
    boolean seek(long position);

    /** Where reading goes on. */
    long position();

    /** Where the log ended, at the earliest, when what was polled last was read from it. */
    long end();

    /** The next records that are committed; none when nothing came in that time. */
    List<Kept> poll(Duration patience);

    /**
     * Begins a term when nobody leads or the leader has said nothing for a lease. From then on nothing of any term before
     * can be committed.
     *
     * @return empty while another leads
     */
    Optional<StoreTerm> tryLead();

    @Override
    void close();

    /** One record. @param value null: what was under the key is gone. @param note says how it came about */
    @SuppressWarnings("ArrayRecordComponent")
    record Kept(byte[] key, byte @Nullable [] value, byte[] note) {
        public Kept {
            Objects.requireNonNull(key);
            Objects.requireNonNull(note);
        }
    }
}
