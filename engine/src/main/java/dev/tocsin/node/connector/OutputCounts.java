package dev.tocsin.node.connector;

import java.util.concurrent.atomic.LongAdder;

/** What became of events at one output since the start of the process. Thread-safe. */
public final class OutputCounts {
    private final LongAdder delivered = new LongAdder();
    private final LongAdder again = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile String trouble = "";

    void add(long deliveries, long repeats, long refusals) {
        delivered.add(deliveries);
        again.add(repeats);
        refused.add(refusals);
    }

    void trouble(String what) {
        trouble = what;
    }

    /** Events that the output took, repeats included. */
    public long delivered() {
        return delivered.sum();
    }

    /** Of these, events that a sender before may have delivered already when it died; they have the same ids. */
    public long redelivered() {
        return again.sum();
    }

    /** Events that the output does not take, whatever happens; they are in {@code dead}. */
    public long refused() {
        return refused.sum();
    }

    /** Why nothing is delivered now, or empty. */
    public String trouble() {
        return trouble;
    }
}
