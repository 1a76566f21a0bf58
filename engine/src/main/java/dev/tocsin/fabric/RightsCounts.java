package dev.tocsin.fabric;

import java.util.concurrent.atomic.LongAdder;

/** How often somebody was refused something that he has no right to: peers and clients of a node together. Thread-safe. */
public final class RightsCounts {
    private final LongAdder messages = new LongAdder();
    private final LongAdder subscriptions = new LongAdder();

    /** A message was left out. */
    public void message() {
        messages.increment();
    }

    /** A prefix that was asked for was refused, or only a part of it granted. */
    public void subscription() {
        subscriptions.increment();
    }

    public long messages() {
        return messages.sum();
    }

    public long subscriptions() {
        return subscriptions.sum();
    }
}
