package dev.tocsin.process;

import java.util.concurrent.atomic.LongAdder;

/** What came of looking into one table since the start, an event and step at a time. Thread-safe. */
public final class LookupCounts {
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder absent = new LongAdder();
    private final LongAdder failed = new LongAdder();

    void hit() {
        hits.increment();
    }

    void missed() {
        misses.increment();
    }

    void keyless() {
        absent.increment();
    }

    void fail() {
        failed.increment();
    }

    /** The table knew it. */
    public long hits() {
        return hits.sum();
    }

    /** The table did not know it. */
    public long misses() {
        return misses.sum();
    }

    /** The event had no such field. */
    public long absent() {
        return absent.sum();
    }

    /** The table could not be asked, or the result had no place in the event, which went on as it was. */
    public long failed() {
        return failed.sum();
    }
}
