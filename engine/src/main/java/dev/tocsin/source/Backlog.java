package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bound on the bytes that a source has read but the log does not have yet. When it is reached the source stops reading,
 * or says "later". Thread-safe.
 */
final class Backlog {
    private final int kibMax;
    private final Semaphore free;

    Backlog(ByteSize max) {
        kibMax = (int) Math.max(1, max.bytes() / 1024);
        free = new Semaphore(kibMax, true);
    }

    Lease lease() {
        return new Lease();
    }

    /** Whether somebody is waiting for room. */
    boolean isFull() {
        return free.hasQueuedThreads() || free.availablePermits() == 0;
    }

    /** Waits until everything was released. @return false when that took too long */
    boolean drained(Duration patience) {
        try {
            boolean all = free.tryAcquire(kibMax, patience.toMillis(), TimeUnit.MILLISECONDS);
            if (all) {
                free.release(kibMax);
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Room for the bytes of one batch; to be closed once, when they are durable. */
    final class Lease implements AutoCloseable {
        private final AtomicInteger kib = new AtomicInteger();

        /** Waits for room. A batch that is larger than the whole backlog goes when nothing else is under way. */
        void grow(long bytes) {
            int more = permits(bytes);
            free.acquireUninterruptibly(more);
            kib.addAndGet(more);
        }

        boolean tryGrow(long bytes) {
            int more = permits(bytes);
            boolean got = free.tryAcquire(more);
            if (got) {
                kib.addAndGet(more);
            }
            return got;
        }

        @Override
        public void close() {
            free.release(kib.getAndSet(0));
        }

        private int permits(long bytes) {
            return (int) Math.min(kibMax, bytes / 1024 + 1);
        }
    }
}
