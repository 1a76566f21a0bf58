package dev.tocsin.log;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What a stage did since the process started, for the page and for metrics; written by its workers, read by anybody. */
final class StageCounts {
    private final Map<String, LongAdder> kinds = new ConcurrentHashMap<>();
    private final Rate rate = new Rate();

    void add(String kind, long n) {
        kinds.computeIfAbsent(kind, _ -> new LongAdder()).add(n);
        if (kind.equals("in")) {
            rate.add(n);
        }
    }

    long get(String kind) {
        LongAdder adder = kinds.get(kind);
        return adder == null ? 0 : adder.sum();
    }

    Map<String, Long> dropped() {
        Map<String, Long> out = new TreeMap<>();
        kinds.forEach((kind, n) -> {
            if (kind.startsWith("dropped:")) {
                out.put(kind.substring("dropped:".length()), n.sum());
            }
        });
        return out;
    }

    double perSecond() {
        return rate.perSecond();
    }

    /** Events per second over the last five seconds or so. */
    static final class Rate {
        private static final int SLOTS = 6;
        private final long[] counts = new long[SLOTS];
        private long second = now();

        synchronized void add(long n) {
            advance();
            counts[(int) (second % SLOTS)] += n;
        }

        synchronized double perSecond() {
            advance();
            long sum = 0;
            for (int i = 1; i < SLOTS; i++) {
                sum += counts[(int) ((second + i) % SLOTS)];
            }
            return sum / (double) (SLOTS - 1);
        }

        private void advance() {
            long now = now();
            for (long s = Math.max(second + 1, now - SLOTS + 1); s <= now; s++) {
                counts[(int) (s % SLOTS)] = 0;
            }
            second = Math.max(second, now);
        }

        private static long now() {
            return System.nanoTime() / 1_000_000_000L + 1_000_000_000L;
        }
    }
}
