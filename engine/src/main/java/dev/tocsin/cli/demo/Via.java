package dev.tocsin.cli.demo;

import java.util.Locale;

/** How a message travels to the node. */
enum Via {
    /** RFC 6587 octet counting over TCP. */
    SYSLOG_TCP,
    /** Over TCP, a line feed after each message, as old senders do. */
    SYSLOG_LINES,
    /** One datagram for each message (RFC 5426). */
    SYSLOG_UDP,
    /** Splunk's HTTP event collector, with indexer acknowledgement. */
    HEC,
    /** JSON lines to {@code /ingest/<source>}. */
    INGEST,
    /** A line at the end of a log file. */
    WEB_LOG;

    /** Whether the receiver says when it has the message for good. */
    boolean acknowledges() {
        return switch (this) {
            case HEC, INGEST -> true;
            case SYSLOG_TCP, SYSLOG_LINES, SYSLOG_UDP, WEB_LOG -> false;
        };
    }

    /** Reads the form used in YAML, such as {@code syslog_tcp}; {@code where} is for the error. */
    static Via parse(String text, String where) {
        for (Via via : values()) {
            if (via.toString().equals(text)) {
                return via;
            }
        }
        throw new ScenarioException(where, "unknown via \"" + text
                + "\"; known: syslog_tcp, syslog_lines, syslog_udp, hec, ingest, web_log");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
