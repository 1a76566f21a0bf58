package dev.tocsin.simulate;

import java.time.Duration;

/**
 * What the key may ask: a bucket that fills by {@code requests_rate} up to {@code requests_burst}. A request that is refused
 * takes nothing. Times are microseconds since 1970. Thread-safe.
 */
final class Quota {
    private static final double SECOND = 1_000_000;

    private double left;
    private long at = Long.MIN_VALUE;

    /** How long until the next request may come; zero when this one may, and it is then counted. */
    synchronized Duration take(Knobs knobs, long now) {
        double rate = knobs.number(Knob.REQUESTS_RATE);
        if (rate == 0) {
            at = Long.MIN_VALUE;
            return Duration.ZERO;
        }
        double most = Math.max(1, knobs.count(Knob.REQUESTS_BURST));
        left = at == Long.MIN_VALUE ? most : Math.min(most, left + Math.max(0, now - at) * rate / SECOND);
        at = now;
        if (left >= 1) {
            left--;
            return Duration.ZERO;
        }
        return Duration.ofNanos((long) Math.ceil((1 - left) * SECOND / rate) * 1000);
    }
}
