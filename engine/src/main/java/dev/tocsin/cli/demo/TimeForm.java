package dev.tocsin.cli.demo;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How senders write the time. */
enum TimeForm {
    /** {@code 2026-11-21T06:00:00.123Z}. */
    ISO("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", true),
    /** {@code 2026-11-21T06:00:00Z}, as CloudTrail does. */
    SECONDS("yyyy-MM-dd'T'HH:mm:ss'Z'", true),
    /** {@code Nov 21 06:00:00} in local time, the day padded with a blank (RFC 3164 section 4.1.2). */
    RFC3164("MMM ppd HH:mm:ss", false),
    /** {@code 21/Nov/2026:06:00:00 +0000}, as web servers do. */
    CLF("dd/MMM/yyyy:HH:mm:ss xx", false),
    /** {@code 2026-11-21 06:00:00.123} in UTC, as Sysmon does. */
    SYSMON("yyyy-MM-dd HH:mm:ss.SSS", true),
    /** {@code 2026-11-21 06:00:00} in local time, as NXLog does. */
    LOCAL("yyyy-MM-dd HH:mm:ss", false),
    /** {@code 1795240800.123}, as auditd and Zeek do. */
    EPOCH("", true);

    private final DateTimeFormatter formatter;
    private final boolean utc;

    TimeForm(String pattern, boolean utc) {
        this.formatter = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
        this.utc = utc;
    }

    String write(Instant time, ZoneId zone) {
        if (this == EPOCH) {
            return String.format(Locale.ROOT, "%d.%03d", time.getEpochSecond(), time.getNano() / 1_000_000);
        }
        return formatter.format(time.atZone(utc ? ZoneOffset.UTC : zone));
    }
}
