package dev.tocsin.cli.demo;

import java.util.concurrent.atomic.LongAdder;

/** What became of the messages. Any thread may add. */
final class Counts {
    private final LongAdder played = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder repeats = new LongAdder();

    /**
     * @param played handed over to be sent
     * @param delivered taken by a listener, as far as its protocol tells
     * @param acknowledged of these, over a protocol by which the node says that it has them for good
     * @param repeats batches that had to be sent again
     */
    record Snapshot(long played, long delivered, long acknowledged, long repeats) {
        long waiting() {
            return played - delivered;
        }
    }

    void played() {
        played.increment();
    }

    void delivered(Via via, int messages) {
        if (via.acknowledges()) {
            acknowledged.add(messages);
        }
        delivered.add(messages);
    }

    void repeated() {
        repeats.increment();
    }

    Snapshot snapshot() {
        // The smaller numbers first, so that a snapshot never shows more delivered than played.
        long gotThere = delivered.sum();
        return new Snapshot(Math.max(played.sum(), gotThere), gotThere, acknowledged.sum(), repeats.sum());
    }
}
