package dev.tocsin.source.state;

import java.io.IOException;
import java.util.Optional;

/**
 * The state of one source in a store that several processes share. One of them leads, the others stand by and ask again.
 * Methods may be called by one thread at a time.
 *
 * @see Term
 */
public interface FencedState extends AutoCloseable {
    /**
     * Begins a new epoch when nobody leads: when there was no leader, when the last one ended its {@link Term}, or when its
     * lease has run out, by this process's own monotonic clock since the lease was last seen to move. Never waits longer
     * than a few requests.
     *
     * @return the term, or empty while another leads
     * @throws IOException when the store is away, or not fit (then the message says what it lacks and what to do)
     */
    Optional<Term> tryLead() throws IOException;

    /** What the store says of who leads, for people; empty when it is not known. */
    default String leader() {
        return "";
    }

    @Override
    void close();

    /** Leadership from one epoch to the next. Thread-safe. */
    interface Term extends AutoCloseable {
        /**
         * Greater than that of any term before; 1 or more. Who was stopped while it was told of its term may hear of it when the
         * next has begun; that term writes nothing.
         */
        long epoch();

        /** The document that was written last when this term began; empty at the very first. UTF-8 JSON. */
        String document();

        /**
         * Replaces the document as one step, and renews the lease. When this throws an IOException other than
         * {@link FencedException}, the document may or may not have been replaced; writing again is safe.
         *
         * @throws FencedException when a newer term has begun: nothing was written, and nothing ever will be
         */
        void write(String document) throws IOException;

        /**
         * Renews the lease; to be called at least three times in its length when there is nothing to write.
         *
         * @throws FencedException when a newer term has begun
         */
        void renew() throws IOException;

        /** Whether, by this process's monotonic clock, nobody else can have begun. A hint to stop early, not the fence. */
        boolean isHeld();

        /** Ends the term so that another may begin at once. What fails here is left to the lease. */
        @Override
        void close();
    }
}
