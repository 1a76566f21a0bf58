package dev.tocsin.process;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Times as vendors write them. A time without a zone is taken as UTC, and one without a year as the most recent
 * one, so that a message of 31 December that arrives on 1 January is a day old. A clock may be ahead by up to a week, so
 * that a message of 1 January may arrive on 31 December.
 *
 * <p>Times before 1970 and from 2100 on count as unreadable: each event day is an index, and a sender must not be able to
 * make thousands of them.
 */
final class Timestamps {
    private static final long SECONDS_END = 4_102_444_800L;
    private static final Duration AHEAD_MAX = Duration.ofDays(7);
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

    private Timestamps() {
    }

    /** @return null when the text is not a time */
    static @Nullable Instant parse(String text, Instant arrival) {
        TimeReader reader = new TimeReader(text, 0);
        Instant time = reader.read(arrival);
        return time != null && reader.atEnd() ? time : null;
    }

    static @Nullable Instant parse(@Nullable JsonNode node, Instant arrival) {
        if (node == null) {
            return null;
        }
        if (node.isNumber()) {
            double number = node.asDouble();
            // Written plainly: the text of a double has an exponent.
            return number >= 0 && number < 1e19 ? epoch(BigDecimal.valueOf(number).toPlainString()) : null;
        }
        return node.isString() ? parse(node.asString(), arrival) : null;
    }

    /** The first of the named fields that holds a time. */
    static @Nullable Instant first(JsonNode object, Instant arrival, String... names) {
        for (String name : names) {
            Instant time = parse(object.get(name), arrival);
            if (time != null) {
                return time;
            }
        }
        return null;
    }

    /** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size; seconds may have a fraction. */
    static @Nullable Instant epoch(String text) {
        int dot = text.indexOf('.');
        String whole = dot < 0 ? text : text.substring(0, dot);
        if (whole.length() < 9 || whole.length() > 19 || !digits(whole)
                || dot >= 0 && !digits(text.substring(dot + 1))) {
            return null;
        }
        long number = Long.parseUnsignedLong(whole);
        if (number < 0) {
            return null;
        }
        if (whole.length() <= 10) {
            return within(number, dot < 0 ? 0 : nanos(text.substring(dot + 1)));
        }
        long perSecond = whole.length() <= 13 ? 1_000L : whole.length() <= 16 ? 1_000_000L : 1_000_000_000L;
        return within(number / perSecond, (int) (number % perSecond * (1_000_000_000L / perSecond)));
    }

    /** @return null when there is no such date or it is out of bounds */
    static @Nullable Instant of(int year, int month, int day, int hour, int minute, int second, int nano,
            int offsetSeconds) {
        try {
            // A leap second is given to the second before it, because Java's time line has none.
            LocalDateTime local = LocalDateTime.of(year, month, day, hour, minute, Math.min(second, 59), nano);
            return within(local.toEpochSecond(ZoneOffset.UTC) - offsetSeconds, nano);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** A time without a year, in the latest year in which it is not more than a week ahead of the arrival. */
    static @Nullable Instant latest(Instant arrival, int month, int day, int hour, int minute, int second, int nano,
            int offsetSeconds) {
        Instant end = arrival.plus(AHEAD_MAX);
        int next = arrival.atOffset(ZoneOffset.UTC).getYear() + 1;
        for (int year = next; year >= next - 2; year--) {
            Instant candidate = of(year, month, day, hour, minute, second, nano, offsetSeconds);
            if (candidate != null && candidate.isBefore(end)) {
                return candidate;
            }
        }
        return null;
    }

    /** @return 1 to 12, or 0 when the three letters name no month */
    static int month(String letters) {
        int at = letters.length() == 3 ? MONTHS.indexOf(letters.toLowerCase(Locale.ROOT)) : -1;
        return at >= 0 && at % 3 == 0 ? at / 3 + 1 : 0;
    }

    /** @param fraction digits behind the point; what is finer than a nanosecond is cut */
    static int nanos(String fraction) {
        String nine = (fraction + "000000000").substring(0, 9);
        return Integer.parseInt(nine);
    }

    static boolean digits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static @Nullable Instant within(long seconds, int nano) {
        return seconds >= 0 && seconds < SECONDS_END ? Instant.ofEpochSecond(seconds, nano) : null;
    }
}
