package dev.tocsin.source.state;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a leader may believe that it leads, by its own monotonic clock: from the moment at which it <em>sent</em> what
 * renewed the lease, and a tenth less than the others wait. Thread-safe.
 */
final class Lease {
    private final LongSupplier nanos;
    private final long length;
    private volatile long since;
    private volatile boolean over = true;

    Lease(Duration length, LongSupplier nanos) {
        this.nanos = nanos;
        this.length = length.toNanos() - length.toNanos() / 10;
    }

    /** To be asked before a request that renews. */
    long now() {
        return nanos.getAsLong();
    }

    void renewed(long sent) {
        since = sent;
        over = false;
    }

    void end() {
        over = true;
    }

    boolean isHeld() {
        return !over && nanos.getAsLong() - since < length;
    }
}
