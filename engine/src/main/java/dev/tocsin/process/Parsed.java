package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a parser made of a text.
 *
 * @param format name of what it was: json, syslog, kv, cef, windows, zeek, cloudtrail, otlp, auditd, access, text
 * @param raw the vendor's fields, including those that begin with {@code _}, which rules must not see
 * @param time when it happened, if the event says so
 * @param ecs ECS fields that the parser itself knows, which mapping tables add to
 * @param around ECS fields of the syslog line around it, which count where neither parser nor table says anything
 * @param program the program that wrote it (syslog tag, app name), if known
 * @param stream Zeek's log stream, if known
 */
record Parsed(String format, ObjectNode raw, @Nullable Instant time, ObjectNode ecs, ObjectNode around,
        @Nullable String program, @Nullable String stream) {

    static Parsed of(Format format, ObjectNode raw, @Nullable Instant time) {
        return new Parsed(format.toString(), raw, time, Json.object(), Json.object(), null, null);
    }

    Parsed withStream(@Nullable String newStream) {
        return new Parsed(format, raw, time, ecs, around, program, newStream);
    }

    /** This as the message of {@code header}, whose time and program count where this has none. */
    Parsed within(Parsed header) {
        ObjectNode outer = header.ecs;
        // The message is this event already, and its sender is not the process that the event is about.
        outer.remove("message");
        if (!format.equals(Format.JSON.toString()) && !format.equals(Format.KV.toString())) {
            outer.remove("process");
        }
        return new Parsed(format, raw, time != null ? time : header.time, ecs, outer, header.program, stream);
    }
}
