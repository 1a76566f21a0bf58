package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What stands before the message of a syslog line, of either RFC.
 *
 * @param priority facility * 8 + severity, or -1 when the line has none
 * @param structured RFC 5424 structured data as {@code {id: {name: value}}}, or null
 * @param message everything behind the header, without a byte order mark
 */
record SyslogHeader(int priority, @Nullable Instant time, @Nullable String host, @Nullable String program,
        @Nullable String pid, @Nullable String messageId, @Nullable ObjectNode structured, String message) {
    /** RFC 5424 section 6.2.1: 23 facilities of 8 severities. */
    static final int PRIORITY_MAX = 191;
    private static final String[] SEVERITIES = {"emergency", "alert", "critical", "error", "warning", "notice",
            "informational", "debug"};
    private static final String[] FACILITIES = {"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news",
            "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3",
            "local4", "local5", "local6", "local7"};

    /** The line as an event of its own: the header and the message are the vendor's fields. */
    Parsed parsed() {
        ObjectNode raw = Json.object();
        if (priority >= 0) {
            raw.put("facility", FACILITIES[priority >> 3]);
            raw.put("severity", SEVERITIES[priority & 7]);
        }
        text(raw, "hostname", host);
        text(raw, "program", program);
        text(raw, "pid", pid);
        text(raw, "msgid", messageId);
        if (structured != null) {
            raw.set("structured_data", structured);
        }
        raw.put("message", message);
        return new Parsed(Format.SYSLOG.toString(), raw, time, ecs(), Json.object(), program, null);
    }

    private ObjectNode ecs() {
        ObjectNode ecs = Json.object();
        Ecs.put(ecs, "message", message);
        Ecs.put(ecs, "host.name", host);
        Ecs.put(ecs, "log.syslog.hostname", host);
        Ecs.put(ecs, "log.syslog.appname", program);
        Ecs.put(ecs, "log.syslog.procid", pid);
        Ecs.put(ecs, "log.syslog.msgid", messageId);
        Ecs.put(ecs, "process.name", program);
        if (pid != null && pid.length() <= 9 && Timestamps.digits(pid)) {
            Ecs.put(ecs, "process.pid", ecs.numberNode(Long.parseLong(pid)));
        }
        if (priority >= 0) {
            Ecs.put(ecs, "log.syslog.priority", ecs.numberNode(priority));
            Ecs.put(ecs, "log.syslog.facility.code", ecs.numberNode(priority >> 3));
            Ecs.put(ecs, "log.syslog.facility.name", FACILITIES[priority >> 3]);
            Ecs.put(ecs, "log.syslog.severity.code", ecs.numberNode(priority & 7));
            Ecs.put(ecs, "log.syslog.severity.name", SEVERITIES[priority & 7]);
            Ecs.put(ecs, "log.level", SEVERITIES[priority & 7]);
        }
        if (structured != null) {
            Ecs.put(ecs, "log.syslog.structured_data", structured.deepCopy());
        }
        return ecs;
    }

    private static void text(ObjectNode raw, String name, @Nullable String value) {
        if (value != null) {
            raw.put(name, value);
        }
    }
}
