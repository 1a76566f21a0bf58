package dev.tocsin.process;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of RFC 3164, which describes rather than prescribes: nothing here is an error. Whatever does not look like a
 * timestamp, a host or a tag is part of the message.
 *
 * <p>Also knows ISO timestamps (rsyslog), a year before or behind the day, fractions and zones, Cisco's sequence number
 * and {@code *} for an unsynchronised clock, and lines without a host.
 */
final class Rfc3164 {
    private static final int TAG_CHARS_MAX = 128;
    private static final int HOST_CHARS_MAX = 255;
    /** An application's own log has a level where syslog has a host. */
    private static final Set<String> LEVELS = Set.of("TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR",
            "FATAL", "CRITICAL");

    private final String text;
    private final int priority;
    private final Instant arrival;
    private int at;

    Rfc3164(String text, int at, int priority, Instant arrival) {
        this.text = text;
        this.at = at;
        this.priority = priority;
        this.arrival = arrival;
    }

    /** Whether a line without priority is syslog: a timestamp, and behind it a host and a tag. */
    static boolean looksLike(String text, Instant arrival) {
        if (text.length() < 20 || !Character.isLetterOrDigit(text.charAt(0))) {
            return false;
        }
        SyslogHeader header = new Rfc3164(text, 0, -1, arrival).read();
        return header.time() != null && header.host() != null && header.program() != null
                && !LEVELS.contains(header.host().toUpperCase(Locale.ROOT));
    }

    SyslogHeader read() {
        Instant time = time();
        String host = time == null ? null : host();
        if (text.startsWith(": ", at)) {
            // Cisco sets the host off with a colon of its own.
            at += 2;
        }
        int tagEnd = tagEnd();
        String program = null;
        String pid = null;
        if (tagEnd > 0) {
            String tag = text.substring(at, tagEnd);
            int bracket = tag.endsWith("]") ? tag.indexOf('[') : -1;
            program = bracket > 0 ? tag.substring(0, bracket) : tag;
            pid = bracket > 0 ? tag.substring(bracket + 1, tag.length() - 1) : null;
            at = tagEnd < text.length() && text.charAt(tagEnd) == ':' ? tagEnd + 1 : tagEnd;
            skipBlank();
        }
        return new SyslogHeader(priority, time, host, program, pid, null, null, text.substring(at));
    }

    private @Nullable Instant time() {
        int start = at;
        skipBlank();
        ciscoSequence();
        if (at < text.length() && (text.charAt(at) == '*' || text.charAt(at) == '.')) {
            at++;
        }
        TimeReader reader = new TimeReader(text, at);
        Instant time = reader.read(arrival);
        int end = reader.position();
        // A colon ends Cisco's timestamps.
        int next = time != null && end < text.length() && text.charAt(end) == ':' ? end + 1 : end;
        if (time == null || next < text.length() && text.charAt(next) != ' ') {
            at = start;
            return null;
        }
        at = next;
        skipBlank();
        return time;
    }

    /** {@code 29: }, or {@code 29: host: } would be a tag: only a number is skipped. */
    private void ciscoSequence() {
        int i = at;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        if (i > at && text.startsWith(": ", i)) {
            at = i + 2;
        }
    }

    /** The next word, unless it is the tag because the sender left the host out. */
    private @Nullable String host() {
        int end = text.indexOf(' ', at);
        if (end <= at || end - at > HOST_CHARS_MAX) {
            return null;
        }
        char last = text.charAt(end - 1);
        if (last == ':' || text.indexOf('[', at) >= 0 && text.indexOf('[', at) < end || text.charAt(at) == '{'
                || text.startsWith("CEF:", at) || text.startsWith("type=", at)) {
            return null;
        }
        for (int i = at; i < end; i++) {
            char c = text.charAt(i);
            if (!Character.isLetterOrDigit(c) && "-._:/%".indexOf(c) < 0) {
                return null;
            }
        }
        String host = text.substring(at, end);
        at = end;
        skipBlank();
        return host;
    }

    /** Where the tag that begins here ends, before its colon; -1 when none begins here. */
    private int tagEnd() {
        int i = at;
        int end = Math.min(text.length(), at + TAG_CHARS_MAX);
        while (i < end && (Character.isLetterOrDigit(text.charAt(i)) || "-._/%()@+".indexOf(text.charAt(i)) >= 0)) {
            i++;
        }
        if (i == at || i >= end) {
            return -1;
        }
        if (text.charAt(i) == '[') {
            int close = text.indexOf(']', i);
            return close > i && close < end && text.startsWith(":", close + 1) ? close + 1 : -1;
        }
        boolean colon = text.charAt(i) == ':' && (i + 1 == text.length() || text.charAt(i + 1) == ' ');
        return colon && !text.startsWith("CEF:", at) ? i : -1;
    }

    private void skipBlank() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }
}
