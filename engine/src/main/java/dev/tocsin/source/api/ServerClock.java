package dev.tocsin.source.api;

import dev.tocsin.base.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The server's time, by the header Date of its answers, so that neither a wrong clock here nor one there moves a window.
 * A Date is cut to its second, so of the last answers that one counts which puts the server furthest ahead. Thread-safe.
 */
final class ServerClock {
    private static final int ANSWERS = 16;

    private final InstantSource here;
    private final Duration[] ahead = new Duration[ANSWERS];
    private int answers;

    ServerClock(InstantSource here) {
        this.here = here;
    }

    synchronized boolean isKnown() {
        return answers > 0;
    }

    void observe(Optional<String> date) {
        date.flatMap(RetryAfter::date).ifPresent(time -> {
            synchronized (this) {
                ahead[answers % ANSWERS] = Duration.between(here.instant(), time);
                answers++;
            }
        });
    }

    /** Not later than it is there; before any answer the time here. */
    synchronized Instant now() {
        Duration best = Duration.ZERO;
        for (int i = 0; i < Math.min(answers, ANSWERS); i++) {
            best = i == 0 || ahead[i].compareTo(best) > 0 ? ahead[i] : best;
        }
        return here.instant().plus(best);
    }
}
