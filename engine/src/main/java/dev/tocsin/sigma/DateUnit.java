package dev.tocsin.sigma;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The time modifiers. They take a number out of a date as it is written; the specification warns that they are "not
 * designed to handle timezone or format conversions". Understood: ISO 8601 dates with or without time, with {@code T} or a
 * blank, {@code /} for {@code -}; and seconds or milliseconds since 1970, read as UTC. {@code week} is the ISO week.
 */
public enum DateUnit {
    MINUTE,
    HOUR,
    DAY,
    WEEK,
    MONTH,
    YEAR;

    private static final Pattern WRITTEN = Pattern
            .compile("(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})(?:[T ](\\d{1,2}):(\\d{2})(?::(\\d{2}))?.{0,40})?");
    private static final Pattern EPOCH = Pattern.compile("(\\d{9,13})(?:\\.\\d{0,9})?");
    private static final long MILLIS_FROM = 100_000_000_000L;

    /** The number, or nothing when the text is not a date, or is a day and a time of day was asked. */
    OptionalInt of(String text) {
        Matcher epoch = EPOCH.matcher(text);
        if (epoch.matches()) {
            long number = Long.parseLong(epoch.group(1));
            Instant instant = number >= MILLIS_FROM ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number);
            return OptionalInt.of(from(LocalDateTime.ofInstant(instant, ZoneOffset.UTC)));
        }
        Matcher written = WRITTEN.matcher(text);
        boolean ofDay = this == MINUTE || this == HOUR;
        if (!written.matches() || ofDay && written.group(4) == null) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(from(LocalDateTime.of(group(written, 1), group(written, 2), group(written, 3),
                    group(written, 4), group(written, 5))));
        } catch (DateTimeException e) {
            return OptionalInt.empty();
        }
    }

    private static int group(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private int from(LocalDateTime time) {
        return switch (this) {
            case MINUTE -> time.getMinute();
            case HOUR -> time.getHour();
            case DAY -> time.getDayOfMonth();
            case WEEK -> time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case MONTH -> time.getMonthValue();
            case YEAR -> time.getYear();
        };
    }
}
