package dev.tocsin.sink;

import dev.tocsin.event.EventId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What a sink has sent and of which no commit is known. After a failure the loop brings everything since the last commit
 * once more, in other batches maybe: what the receiver has acknowledged need not be sent again, and what may have arrived
 * is counted when it is. Used by the sink's worker.
 */
final class Sent {
    /** Beyond it all is forgotten: what went to another node never comes again. */
    private static final int SIZE_MAX = 500_000;

    private final SinkCounts counts;
    private final Set<EventId> tried = new HashSet<>();
    private final Set<EventId> acknowledged = new HashSet<>();
    /** What the commit after the next flush will hold. */
    private final Set<EventId> inHand = new HashSet<>();
    private boolean flushed;

    Sent(SinkCounts counts) {
        this.counts = counts;
    }

    /** To be called by {@code assigned}: the commit after the last flush may have failed. */
    void assigned() {
        flushed = false;
        inHand.clear();
    }

    /** To be called by {@code rewound}: whoever rewinds wants them again. */
    void forget() {
        tried.clear();
        acknowledged.clear();
        inHand.clear();
    }

    /** To be called first by {@code handle}: the loop would have assigned anew if the commit had failed. */
    void begin() {
        if (flushed) {
            tried.removeAll(inHand);
            acknowledged.removeAll(inHand);
            inHand.clear();
            flushed = false;
        }
        if (tried.size() > SIZE_MAX) {
            forget();
        }
    }

    /** To be called by {@code handle} for each event. */
    void take(EventId id) {
        inHand.add(id);
    }

    /** To be called last by {@code flush}. */
    void flushed() {
        flushed = true;
    }

    boolean isAcknowledged(EventId id) {
        return acknowledged.contains(id);
    }

    /** They leave now. */
    void trying(Collection<EventId> ids) {
        ids.forEach(this::trying);
    }

    void trying(EventId id) {
        if (!tried.add(id)) {
            counts.again.increment();
        }
    }

    void acknowledged(EventId id) {
        if (acknowledged.add(id)) {
            counts.written.increment();
        }
    }

    void acknowledged(Collection<EventId> ids) {
        ids.forEach(this::acknowledged);
    }

    /** They left, and nothing will be heard of them any more. */
    void unanswered(int number) {
        counts.unanswered.add(number);
    }

    /** The receiver took none of them, so to send them again is no repeat. */
    void refused(Collection<EventId> ids) {
        tried.removeAll(ids);
    }
}
