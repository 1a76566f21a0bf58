package dev.tocsin.source.api;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What a poller has done, for metrics. All only ever rise, but the lag. Thread-safe. */
public final class ApiCounts {
    /** Upper bounds of {@link #lateBy}; the last count is of what was later still. */
    public static final List<Duration> LATE_BOUNDS = List.of(Duration.ofSeconds(1), Duration.ofSeconds(5),
            Duration.ofSeconds(15), Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15),
            Duration.ofHours(1), Duration.ofHours(6), Duration.ofHours(24));

    /** Answers with events, whether new or not. */
    public final LongAdder pages = new LongAdder();
    /** Events that were delivered. */
    public final LongAdder eventsNew = new LongAdder();
    /** Events that were read again and not delivered again. */
    public final LongAdder eventsRepeated = new LongAdder();
    /** Of the delivered, those that may have been delivered before, because the cursor had no room for their ids. */
    public final LongAdder eventsUnsure = new LongAdder();
    /** Events without a time that can be read; they are delivered at the time of the one before. */
    public final LongAdder eventsUntimed = new LongAdder();
    /** Events whose time is not in the window that was asked for. */
    public final LongAdder eventsOutside = new LongAdder();
    /** Windows that were split because they hold more than the API shows of one. */
    public final LongAdder windowSplits = new LongAdder();
    /** Windows that were read again because they had changed meanwhile. */
    public final LongAdder windowsReread = new LongAdder();
    /** Requests that failed and were made again. */
    public final LongAdder retries = new LongAdder();
    /** Answers that say that the rate is too high. */
    public final LongAdder rateLimited = new LongAdder();
    /** Milliseconds to wait that such answers asked for. */
    public final LongAdder rateLimitedMillis = new LongAdder();
    /** Tokens that were fetched. */
    public final LongAdder tokenRefreshes = new LongAdder();
    /** Times of which the vendor had nothing left when they were to be read. */
    public final LongAdder gaps = new LongAdder();
    /** Whole sweeps. */
    public final LongAdder sweeps = new LongAdder();

    private final LongAdder[] lateBy = new LongAdder[LATE_BOUNDS.size() + 1];
    private volatile long lagMillis;

    public ApiCounts() {
        Arrays.setAll(lateBy, _ -> new LongAdder());
    }

    void late(Duration by) {
        int bucket = 0;
        while (bucket < LATE_BOUNDS.size() && by.compareTo(LATE_BOUNDS.get(bucket)) > 0) {
            bucket++;
        }
        lateBy[bucket].increment();
    }

    /** New events that were older than the watermark, by how much: one count for each bound, and one more. */
    public long[] lateBy() {
        return Arrays.stream(lateBy).mapToLong(LongAdder::sum).toArray();
    }

    /** How far the watermark is behind the server's present. */
    public Duration lag() {
        return Duration.ofMillis(lagMillis);
    }

    void lag(Duration lag) {
        lagMillis = lag.toMillis();
    }
}
