package dev.tocsin.source.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Requests that one credential may make: a bucket that fills at the rate and holds a second's worth, and a time before
 * which the vendor wants no request at all. Shared by all pages, lanes and sources of the credential. Thread-safe.
 */
final class RateBudget {
    private static final long SECOND_NANOS = 1_000_000_000;

    private final InstantSource clock;
    private double perSecond;
    private Instant next = Instant.MIN;
    private Instant closedUntil = Instant.MIN;

    /** @param perSecond 0 is no limit */
    RateBudget(double perSecond, InstantSource clock) {
        this.perSecond = perSecond;
        this.clock = clock;
    }

    /** Of two sources with one credential, the lower rate holds for both. */
    synchronized void atMost(double rate) {
        perSecond = perSecond == 0 ? rate : rate == 0 ? perSecond : Math.min(rate, perSecond);
    }

    synchronized void closeFor(Duration wait) {
        Instant until = clock.instant().plus(wait);
        closedUntil = until.isAfter(closedUntil) ? until : closedUntil;
    }

    /** Waits until a request may be made, and takes it. */
    void take(Pause pause) throws InterruptedException {
        Duration wait = tryTake();
        while (wait.isPositive()) {
            pause.of(wait);
            wait = tryTake();
        }
    }

    /** How long to wait before asking again; 0 when a request was taken. */
    private synchronized Duration tryTake() {
        Instant now = clock.instant();
        if (now.isBefore(closedUntil)) {
            return Duration.between(now, closedUntil);
        }
        if (perSecond > 0) {
            Instant full = now.minusNanos(perSecond > 1 ? SECOND_NANOS : 0);
            Instant at = next.isBefore(full) ? full : next;
            if (at.isAfter(now)) {
                return Duration.between(now, at);
            }
            next = at.plusNanos((long) (SECOND_NANOS / perSecond));
        }
        return Duration.ZERO;
    }
}
