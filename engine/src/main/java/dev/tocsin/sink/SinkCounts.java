package dev.tocsin.sink;

import java.util.concurrent.atomic.LongAdder;

/** What a sink without acknowledgements did since the start of the node. Thread-safe. */
public final class SinkCounts {
    final LongAdder written = new LongAdder();
    final LongAdder again = new LongAdder();
    final LongAdder cut = new LongAdder();

    /** Messages handed to the network, those that were written again included. */
    public long delivered() {
        return written.sum();
    }

    /** Of these, messages that this node had handed over before, since it did not know how far they got. */
    public long redelivered() {
        return again.sum();
    }

    /** Messages that were longer than allowed and lack their end. */
    public long shortened() {
        return cut.sum();
    }
}
