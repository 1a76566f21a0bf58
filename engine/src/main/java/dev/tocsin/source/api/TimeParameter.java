package dev.tocsin.source.api;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A parameter that bounds a window of time. */
@Doc("A bound of the time window that is asked for.")
public record TimeParameter(@Doc("Its name.") String parameter,
        @Doc("How times are written: 2026-01-31T08:00:00.000Z, or seconds or milliseconds since 1970.") @Default("iso") Form form,
        @Doc("With iso: digits of the seconds' fraction.") @Default("3") int digits,
        @Doc("Whether an event of exactly that time is in the window; since usually is, until usually is not.") @Nullable Boolean inclusive) {
    public TimeParameter {
        if (digits < 0 || digits > 9) {
            throw new IllegalArgumentException("digits must be from 0 to 9, not " + digits);
        }
    }

    /** How a time is written. */
    public enum Form {
        ISO,
        EPOCH,
        EPOCH_MS
    }

    /** The smallest step between two times that can be written. */
    Duration unit() {
        return switch (form) {
            case EPOCH -> Duration.ofSeconds(1);
            case EPOCH_MS -> Duration.ofMillis(1);
            case ISO -> Duration.ofNanos((long) Math.pow(10, 9 - digits));
        };
    }

    /** As it is sent; what is finer than a unit is cut off. */
    String write(Instant time) {
        return switch (form) {
            case EPOCH -> Long.toString(time.getEpochSecond());
            case EPOCH_MS -> Long.toString(time.toEpochMilli());
            case ISO -> formatter(digits).format(time.atOffset(ZoneOffset.UTC));
        };
    }

    private static DateTimeFormatter formatter(int digits) {
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd'T'HH:mm:ss");
        if (digits > 0) {
            builder.appendPattern("." + "S".repeat(digits));
        }
        return builder.appendLiteral('Z').toFormatter(Locale.ROOT);
    }
}
