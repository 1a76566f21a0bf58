package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Chooses the parser of a text: the one that the source's configuration names, else the first that recognises its own.
 *
 * <p>A text that declares a format, by beginning as only that format does, must keep it. What declares nothing is text.
 * Any format may come within one syslog line; syslog within syslog is not unwrapped twice.
 */
final class Parsing {
    private final Intake in;
    private final String text;
    private final Instant arrival;

    private Parsing(Intake in, String text) {
        this.in = in;
        this.text = text;
        this.arrival = in.created();
    }

    /** @throws MalformedException when the text breaks the format that it declares or that is configured */
    static Parsed parse(Intake in, String text) {
        return new Parsing(in, text).parse();
    }

    private Parsed parse() {
        return switch (in.format()) {
            case AUTO -> auto();
            case TEXT -> plain();
            case SYSLOG -> syslog(Syslog.read(text, arrival, in.validUtf8()));
            case ACCESS -> {
                Parsed line = AccessLog.parse(text, arrival);
                if (line != null) {
                    yield line;
                }
                if (wrapped()) {
                    yield configuredWithinSyslog();
                }
                throw MalformedException.at("access log", 0, "the line is neither in common nor in combined log format",
                        "set the server's log format to combined, or send JSON");
            }
            case JSON, ZEEK, CLOUDTRAIL, OTLP, WINDOWS, KV, CEF, AUDITD ->
                wrapped() ? configuredWithinSyslog() : configured(text);
        };
    }

    private boolean wrapped() {
        return Syslog.startsWithPriority(text)
                || !text.startsWith("{") && !text.startsWith("<") && Rfc3164.looksLike(text, arrival);
    }

    private Parsed configuredWithinSyslog() {
        SyslogHeader header = Syslog.read(text, arrival, in.validUtf8());
        String message = header.message().strip();
        Parsed access = in.format() == Format.ACCESS ? AccessLog.parse(message, arrival) : null;
        return (access != null ? access : configured(message)).within(header.parsed());
    }

    private Parsed configured(String part) {
        return switch (in.format()) {
            case KV -> KeyValue.parse(part, arrival);
            case CEF -> Cef.parse(part, arrival, in.validUtf8());
            case AUDITD -> Auditd.parse(part);
            case WINDOWS -> part.startsWith("<") ? WindowsXml.parse(part, arrival) : json(part, "Windows JSON");
            case JSON, ZEEK, CLOUDTRAIL, OTLP ->
                json(part, in.format() == Format.JSON ? "JSON" : in.format() + " JSON");
            case ACCESS -> throw MalformedException.at("access log", 0,
                    "the syslog message is neither in common nor in combined log format",
                    "set the server's log format");
            case AUTO, TEXT, SYSLOG -> throw new IllegalStateException("these formats are never within syslog");
        };
    }

    private Parsed auto() {
        if (Syslog.startsWithPriority(text)) {
            return syslog(Syslog.read(text, arrival, in.validUtf8()));
        }
        Parsed structured = text.startsWith("{") ? json(text, "JSON") : structured(text);
        if (structured != null) {
            return structured;
        }
        if (Rfc3164.looksLike(text, arrival)) {
            return syslog(Syslog.read(text, arrival, in.validUtf8()));
        }
        return plain();
    }

    /** Null when the part is of no format that can be recognised by itself. JSON is the caller's. */
    private @Nullable Parsed structured(String part) {
        if (WindowsXml.looksLike(part)) {
            return WindowsXml.parse(part, arrival);
        }
        if (part.startsWith("CEF:")) {
            return Cef.parse(part, arrival, in.validUtf8());
        }
        if (Auditd.find(part) >= 0) {
            return Auditd.parse(part);
        }
        Parsed access = AccessLog.parse(part, arrival);
        return access != null ? access : KeyValue.parseIfPairs(part, arrival);
    }

    private Parsed syslog(SyslogHeader header) {
        Parsed outer = header.parsed();
        String message = header.message().strip();
        if (message.startsWith("@cee:")) {
            message = message.substring(5).strip();
        }
        // A brace alone begins many a sentence; a brace and a quote declare JSON.
        Parsed inner = message.startsWith("{\"") || message.equals("{}")
                ? json(message, "JSON in the syslog message")
                : structured(message);
        return inner == null ? outer : inner.within(outer);
    }

    private Parsed json(String part, String where) {
        return JsonText.parsed(JsonText.read(part, in, where), in);
    }

    private Parsed plain() {
        ObjectNode raw = Json.object();
        raw.put("message", text);
        Parsed parsed = Parsed.of(Format.TEXT, raw, null);
        Ecs.put(parsed.ecs(), "message", text);
        return parsed;
    }
}
