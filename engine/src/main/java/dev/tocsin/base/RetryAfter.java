package dev.tocsin.base;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an answer says about when to come again (RFC 9110, section 10.2.3, and what vendors send beside it): seconds,
 * fractions of them, a date, or when the count begins anew.
 */
public final class RetryAfter {
    /** A smaller number counts seconds from now, a greater one since 1970. */
    private static final double EPOCH_MIN = 1e9;

    private RetryAfter() {
    }

    /**
     * @param header gives the value of a header by its name in lower case
     * @param serverNow the time there
     * @param max longer waits are cut to this, so that a wrong header does not stop anybody for ever
     */
    public static Optional<Duration> of(Function<String, Optional<String>> header, Instant serverNow, Duration max) {
        return header.apply("retry-after").flatMap(text -> wait(text, serverNow))
                .or(() -> header.apply("x-ratelimit-reset").or(() -> header.apply("ratelimit-reset"))
                        .flatMap(text -> wait(text, serverNow)))
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
                .map(wait -> wait.compareTo(max) > 0 ? max : wait);
    }

    private static Optional<Duration> wait(String given, Instant serverNow) {
        String text = given.strip();
        if (text.matches("\\d{1,15}(\\.\\d{1,9})?")) {
            double seconds = Double.parseDouble(text);
            double wait = seconds < EPOCH_MIN ? seconds : seconds - serverNow.toEpochMilli() / 1000.0;
            return Optional.of(Duration.ofMillis((long) Math.ceil(Math.max(0, wait) * 1000)));
        }
        return date(text).map(time -> Duration.between(serverNow, time));
    }

    /** A time as HTTP writes it (RFC 9110, section 5.6.7). */
    public static Optional<Instant> date(String text) {
        try {
            return Optional.of(ZonedDateTime
                    .parse(text, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ENGLISH)).toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
