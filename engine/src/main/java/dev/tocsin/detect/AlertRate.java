package dev.tocsin.detect;

import java.time.Instant;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many alerts rules raise in a minute. A minute of the events' time, not of the clock's: an engine that reads an hour's
 * events in a minute has no flood, and which rule floods follows from the events alone. Any thread may use it.
 */
final class AlertRate {
    private static final long MINUTE_MILLIS = 60_000;
    /** Events come out of order; of so many minutes the counts are kept. */
    private static final int MINUTES_MAX = 16;

    private final int max;
    private final ConcurrentHashMap<String, TreeMap<Long, Integer>> counts = new ConcurrentHashMap<>();

    AlertRate(int max) {
        this.max = max;
    }

    /** Counts an alert; whether it is within the limit. */
    boolean take(String ruleId, Instant eventTime) {
        long minute = Math.floorDiv(eventTime.toEpochMilli(), MINUTE_MILLIS);
        TreeMap<Long, Integer> minutes = counts.computeIfAbsent(ruleId, _ -> new TreeMap<>());
        synchronized (minutes) {
            int count = minutes.merge(minute, 1, Integer::sum);
            if (minutes.size() > MINUTES_MAX) {
                minutes.pollFirstEntry();
            }
            return count <= max;
        }
    }

    /** The rule begins anew. */
    void forget(String ruleId) {
        counts.remove(ruleId);
    }
}
