package dev.tocsin.fabric;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Wakes one consumer. Ringing costs next to nothing as long as the consumer is busy. */
public final class Doorbell {
    private volatile @Nullable Thread sleeper;

    public void ring() {
        Thread thread = sleeper;
        if (thread != null) {
            sleeper = null;
            LockSupport.unpark(thread);
        }
    }

    /** Waits until there is something to do, or the time is over. For one thread. */
    public void await(BooleanSupplier ready, long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (!ready.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            sleeper = Thread.currentThread();
            if (!ready.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    sleeper = null;
                    return;
                }
                LockSupport.parkNanos(this, left);
            }
        }
        sleeper = null;
    }
}
