package dev.tocsin.process;

import java.time.Instant;

/**
 * Tells RFC 5424 from RFC 3164 and reads the priority that both begin with.
 *
 * <p>Only {@code <PRI>1 } is RFC 5424: some devices put a sequence number where its version stands.
 */
final class Syslog {
    private Syslog() {
    }

    /** Whether the text begins as only syslog does: {@code <} digits {@code >}. */
    static boolean startsWithPriority(String text) {
        int end = priorityEnd(text);
        return end > 0;
    }

    /**
     * @param validUtf8 whether the text is the sender's bytes in UTF-8, which RFC 5424 promises after a byte order mark
     * @throws MalformedException when the priority or an RFC 5424 header is broken
     */
    static SyslogHeader read(String text, Instant arrival, boolean validUtf8) {
        int end = priorityEnd(text);
        if (end < 0) {
            return new Rfc3164(text, 0, -1, arrival).read();
        }
        int priority = end > 6 ? Integer.MAX_VALUE : Integer.parseInt(text, 1, end - 1, 10);
        if (priority > SyslogHeader.PRIORITY_MAX) {
            throw MalformedException.at("syslog", 1, "the priority " + text.substring(1, Math.min(end - 1, 20))
                    + " is above 191", "send facility * 8 + severity");
        }
        return text.startsWith("1 ", end)
                ? new Rfc5424(text, end + 2, priority, arrival, validUtf8).read()
                : new Rfc3164(text, end, priority, arrival).read();
    }

    /** Index behind {@code >}, or -1. */
    private static int priorityEnd(String text) {
        if (text.isEmpty() || text.charAt(0) != '<') {
            return -1;
        }
        int i = 1;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i > 1 && i < text.length() && text.charAt(i) == '>' ? i + 1 : -1;
    }
}
