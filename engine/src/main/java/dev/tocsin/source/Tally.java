package dev.tocsin.source;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;

/** What a source has counted, for its {@link SourceStatus}. Thread-safe. */
final class Tally {
    private static final int SECONDS = 10;

    private final InstantSource clock;
    private final long started;
    private final LongAdder received = new LongAdder();
    private final LongAdder durable = new LongAdder();
    private final LongAdder dead = new LongAdder();
    private final LongAdder turnedAway = new LongAdder();
    private final long[] counts = new long[SECONDS + 1];
    private long second;
    private volatile Instant last;
    private volatile String error = "";

    Tally(InstantSource clock) {
        this.clock = clock;
        last = clock.instant();
        started = last.getEpochSecond();
        second = started;
    }

    void received(long events) {
        received.add(events);
        last = clock.instant();
        synchronized (counts) {
            forward();
            counts[(int) (second % counts.length)] += events;
        }
    }

    void durable(long events, long deadLetters) {
        durable.add(events + deadLetters);
        dead.add(deadLetters);
    }

    /** A request or connection that was refused before anything of it was accepted. */
    void turnedAway(String why) {
        turnedAway.increment();
        error = turnedAway.sum() + " turned away, the last: " + why;
    }

    void error(String what) {
        error = what;
    }

    SourceStatus status(String name, String type, String address, String state, long lost) {
        return new SourceStatus(name, type, address, state, received.sum(), durable.sum(), dead.sum(), lost,
                perSecond(), last, error);
    }

    /** Mean of the last ten whole seconds, or of fewer when the source is younger. */
    private double perSecond() {
        synchronized (counts) {
            forward();
            long sum = 0;
            for (int i = 0; i < counts.length; i++) {
                sum += i == second % counts.length ? 0 : counts[i];
            }
            return (double) sum / Math.clamp(second - started, 1, SECONDS);
        }
    }

    private void forward() {
        long now = Math.max(second, clock.instant().getEpochSecond());
        for (long s = Math.max(second + 1, now - SECONDS); s <= now; s++) {
            counts[(int) (s % counts.length)] = 0;
        }
        second = now;
    }
}
