package dev.tocsin.sink;

import java.util.Locale;

/**
 * How bad something is, on the scales of the receivers.
 *
 * @param outOfTen CEF and LEEF: 0 to 3 is low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high
 * @param syslog RFC 5424 section 6.2.1: 0 is an emergency, 7 is for debugging
 */
record SinkSeverity(int outOfTen, int syslog) {
    /** @param level of a Sigma rule; one that Sigma does not know is taken as medium */
    static SinkSeverity ofRule(String level) {
        return switch (level.toLowerCase(Locale.ROOT)) {
            case "critical" -> new SinkSeverity(10, 2);
            case "high" -> new SinkSeverity(8, 3);
            case "low" -> new SinkSeverity(3, 5);
            case "informational" -> new SinkSeverity(1, 6);
            default -> new SinkSeverity(5, 4);
        };
    }

    /** @param level ECS {@code log.level}; most events have none */
    static SinkSeverity ofLog(String level) {
        return switch (level.toLowerCase(Locale.ROOT)) {
            case "emergency", "emerg", "panic" -> new SinkSeverity(10, 0);
            case "alert" -> new SinkSeverity(9, 1);
            case "critical", "crit", "fatal" -> new SinkSeverity(8, 2);
            case "error", "err" -> new SinkSeverity(6, 3);
            case "warning", "warn" -> new SinkSeverity(5, 4);
            case "notice" -> new SinkSeverity(3, 5);
            case "debug", "trace" -> new SinkSeverity(0, 7);
            default -> new SinkSeverity(1, 6);
        };
    }

    /** @param critical true or false, or empty when nothing is said */
    static SinkSeverity ofCritical(String critical) {
        return switch (critical.toLowerCase(Locale.ROOT)) {
            case "true" -> new SinkSeverity(9, 2);
            case "false" -> new SinkSeverity(3, 5);
            default -> ofLog("");
        };
    }
}
