package dev.tocsin.process;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads one time at the front of a text and says how far it reached; one use, one thread.
 *
 * <p>Knows {@code 2026-11-21T05:56:14.123456Z} (also a blank for T, a comma for the point, no zone, +01, +0100),
 * {@code 21/Nov/2026:05:56:14 +0000} (access logs), {@code Nov 21 05:56:14}, {@code Nov 21 2026 05:56:14.123 UTC},
 * {@code 2026 Nov 21 05:56:14} (syslog, CEF, Cisco), and seconds or milliseconds since 1970.
 */
final class TimeReader {
    private final String text;
    private int at;

    TimeReader(String text, int at) {
        this.text = text;
        this.at = at;
    }

    int position() {
        return at;
    }

    boolean atEnd() {
        return at == text.length();
    }

    /** @return null when no time stands here; then the position means nothing */
    @Nullable
    Instant read(Instant arrival) {
        int start = at;
        if (letter(start)) {
            return monthDay(0, arrival);
        }
        int run = digitsFrom(start) - start;
        if (run == 4 && peek(start + 4, '-')) {
            return iso();
        }
        if (run == 4 && peek(start + 4, ' ') && letter(start + 5)) {
            at = start + 5;
            return monthDay(number(start, 4), arrival);
        }
        if (run == 2 && peek(start + 2, '/') && letter(start + 3)) {
            return accessLog();
        }
        return epoch(start, run);
    }

    private @Nullable Instant iso() {
        int start = at;
        if (digitsFrom(start + 5) != start + 7 || !peek(start + 7, '-') || digitsFrom(start + 8) != start + 10
                || !peek(start + 10, 'T') && !peek(start + 10, 't') && !peek(start + 10, ' ')) {
            return null;
        }
        at = start + 11;
        return clock(number(start, 4), number(start + 5, 2), number(start + 8, 2), null);
    }

    private @Nullable Instant accessLog() {
        int start = at;
        if (start + 12 > text.length() || !peek(start + 6, '/') || digitsFrom(start + 7) != start + 11
                || !peek(start + 11, ':')) {
            return null;
        }
        at = start + 12;
        return clock(number(start + 7, 4), Timestamps.month(text.substring(start + 3, start + 6)), number(start, 2),
                null);
    }

    private @Nullable Instant monthDay(int yearBefore, Instant arrival) {
        int start = at;
        int month = start + 3 < text.length() ? Timestamps.month(text.substring(start, start + 3)) : 0;
        int dayFrom = start + 4;
        if (month == 0 || !peek(start + 3, ' ')) {
            return null;
        }
        if (peek(dayFrom, ' ')) {
            dayFrom++;
        }
        int dayTo = digitsFrom(dayFrom);
        if (dayTo == dayFrom || dayTo > dayFrom + 2 || !peek(dayTo, ' ') && !peek(dayTo, ',')) {
            return null;
        }
        int day = number(dayFrom, dayTo - dayFrom);
        at = peek(dayTo, ',') && peek(dayTo + 1, ' ') ? dayTo + 2 : dayTo + 1;
        int year = yearBefore;
        if (year == 0 && digitsFrom(at) == at + 4 && (peek(at + 4, ' ') || peek(at + 4, ','))) {
            year = number(at, 4);
            at += peek(at + 4, ',') && peek(at + 5, ' ') ? 6 : 5;
        }
        return clock(year, month, day, arrival);
    }

    /** Hours to zone. Year 0 means that the text names none and the arrival decides. */
    private @Nullable Instant clock(int year, int month, int day, @Nullable Instant arrival) {
        int start = at;
        if (digitsFrom(start) != start + 2 || !peek(start + 2, ':') || digitsFrom(start + 3) != start + 5) {
            return null;
        }
        int hour = number(start, 2);
        int minute = number(start + 3, 2);
        int second = 0;
        int nano = 0;
        at = start + 5;
        if (peek(at, ':') && digitsFrom(at + 1) == at + 3) {
            second = number(at + 1, 2);
            at += 3;
            int fraction = digitsFrom(at + 1);
            if ((peek(at, '.') || peek(at, ',')) && fraction > at + 1) {
                nano = Timestamps.nanos(text.substring(at + 1, fraction));
                at = fraction;
            }
        }
        int offset = zone();
        if (second > 60) {
            return null;
        }
        return year == 0 && arrival != null
                ? Timestamps.latest(arrival, month, day, hour, minute, second, nano, offset)
                : Timestamps.of(year, month, day, hour, minute, second, nano, offset);
    }

    /** Reads a zone if one stands here, and returns its offset from UTC in seconds. */
    private int zone() {
        if (peek(at, 'Z') || peek(at, 'z')) {
            at++;
            return 0;
        }
        if (text.startsWith(" UTC", at) || text.startsWith(" GMT", at)) {
            at += 4;
            return 0;
        }
        int sign = peek(at, ' ') ? at + 1 : at;
        if (!peek(sign, '+') && !peek(sign, '-')) {
            return 0;
        }
        int hours = digitsFrom(sign + 1);
        int run = hours - sign - 1;
        if (run == 4) {
            at = hours;
            return offset(sign, number(sign + 1, 2), number(sign + 3, 2));
        }
        if (run != 2) {
            return 0;
        }
        boolean minutes = peek(hours, ':') && digitsFrom(hours + 1) == hours + 3;
        at = minutes ? hours + 3 : hours;
        return offset(sign, number(sign + 1, 2), minutes ? number(hours + 1, 2) : 0);
    }

    private int offset(int sign, int hours, int minutes) {
        return (text.charAt(sign) == '-' ? -60 : 60) * (hours * 60 + minutes);
    }

    private @Nullable Instant epoch(int start, int run) {
        int end = start + run;
        int fraction = digitsFrom(end + 1);
        if (peek(end, '.') && fraction > end + 1) {
            end = fraction;
        }
        at = end;
        return run == 0 ? null : Timestamps.epoch(text.substring(start, end));
    }

    private int number(int from, int length) {
        return Integer.parseInt(text, from, from + length, 10);
    }

    private int digitsFrom(int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }

    private boolean peek(int index, char c) {
        return index < text.length() && text.charAt(index) == c;
    }

    private boolean letter(int index) {
        return index < text.length() && Character.isLetter(text.charAt(index));
    }
}
