package dev.tocsin.sink;

import java.util.concurrent.atomic.LongAdder;

/** What a sink that cannot do everything exactly once did since the start of the process. Thread-safe. */
public final class SinkCounts {
    final LongAdder written = new LongAdder();
    final LongAdder again = new LongAdder();
    final LongAdder unanswered = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder cut = new LongAdder();

    /** Acknowledged by the receiver, or where there are no acknowledgements, handed to the network; repeats included. */
    public long delivered() {
        return written.sum();
    }

    /** What this process sent again since it did not know how far it had got; the receiver may have it twice. */
    public long redelivered() {
        return again.sum();
    }

    /** What was sent without ever hearing whether it arrived. Where there are acknowledgements it was sent again. */
    public long unknown() {
        return unanswered.sum();
    }

    /** What the receiver refused for good; it is kept in {@code dead}. */
    public long rejected() {
        return refused.sum();
    }

    /** Messages that were longer than allowed and lack their end. */
    public long shortened() {
        return cut.sum();
    }
}
