package dev.tocsin.source.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
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
        date.flatMap(ServerClock::parse).ifPresent(time -> {
            synchronized (this) {
                ahead[answers % ANSWERS] = Duration.between(here.instant(), time);
                answers++;
            }
        });
    }

    /** As HTTP writes a time (RFC 9110, section 5.6.7). */
    static Optional<Instant> parse(String text) {
        try {
            return Optional.of(ZonedDateTime
                    .parse(text, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ENGLISH)).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
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
