package dev.tocsin.rollout.replay;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a stage takes: how long its events are evaluated, and what its thread burns from the first batch on, reading and
 * committing included. Written by the stage's thread, read by any.
 */
final class StageMeter {
    /** Eight buckets for each doubling: what is read off is at most 9 % too much. */
    private static final int PER_DOUBLING = 8;
    private static final int BUCKETS = 48 * PER_DOUBLING;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private long threadId = -1;
    private long cpuBefore;
    private long bytesBefore;
    private volatile long cpuNanos;
    private volatile long allocatedBytes;
    private volatile long events;

    /** Before each batch. */
    void begin() {
        long id = Thread.currentThread().threadId();
        if (id != threadId) {
            // Another thread goes on: what the first one took is kept.
            threadId = id;
            cpuBefore = THREADS.getCurrentThreadCpuTime() - cpuNanos;
            bytesBefore = THREADS.getThreadAllocatedBytes(id) - allocatedBytes;
        }
    }

    /** After each batch. @param nanos of the batch. @param count of its events */
    void end(long nanos, int count) {
        if (count > 0) {
            counts.addAndGet(bucket(nanos / count), count);
            events += count;
        }
        cpuNanos = THREADS.getCurrentThreadCpuTime() - cpuBefore;
        allocatedBytes = THREADS.getThreadAllocatedBytes(threadId) - bytesBefore;
    }

    private static int bucket(long nanos) {
        if (nanos < 1) {
            return 0;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(nanos);
        long rest = nanos - (1L << exponent);
        int eighth = (int) (exponent >= 3 ? rest >>> exponent - 3 : rest << 3 - exponent);
        return Math.min(BUCKETS - 1, exponent * PER_DOUBLING + eighth);
    }

    /** The upper end of the bucket in which that share of the events is reached, in nanoseconds; 0 without events. */
    long nanosAt(double share) {
        long all = 0;
        for (int i = 0; i < BUCKETS; i++) {
            all += counts.get(i);
        }
        long wanted = (long) Math.ceil(all * share);
        long seen = 0;
        for (int i = 0; i < BUCKETS && all > 0; i++) {
            seen += counts.get(i);
            if (seen >= wanted) {
                double from = Math.pow(2, i / PER_DOUBLING);
                return Math.round(from * (1 + (i % PER_DOUBLING + 1) / (double) PER_DOUBLING));
            }
        }
        return 0;
    }

    long events() {
        return events;
    }

    long cpuNanos() {
        return cpuNanos;
    }

    long allocatedBytes() {
        return allocatedBytes;
    }
}
