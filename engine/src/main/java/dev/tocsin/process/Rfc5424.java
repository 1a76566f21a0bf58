package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of RFC 5424, from behind its version. Strict where the RFC is, because the line declares it, except that
 * lengths and the digits of a second's fraction are not limited: real senders exceed both.
 */
final class Rfc5424 {
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    /** The mark's three bytes read as ISO-8859-1, as they arrive when the line is not UTF-8. */
    private static final String BYTE_ORDER_MARK_LATIN = "\u00EF\u00BB\u00BF";

    private final String text;
    private final int priority;
    private final Instant arrival;
    private final boolean validUtf8;
    private int at;

    Rfc5424(String text, int at, int priority, Instant arrival, boolean validUtf8) {
        this.text = text;
        this.at = at;
        this.priority = priority;
        this.arrival = arrival;
        this.validUtf8 = validUtf8;
    }

    SyslogHeader read() {
        Instant time = timestamp();
        String host = token("the host name");
        String program = token("the app name");
        String pid = token("the process id");
        String messageId = token("the message id");
        ObjectNode structured = structuredData();
        if (at < text.length() && text.charAt(at) != ' ') {
            throw broken(at, "a blank must follow the structured data");
        }
        return new SyslogHeader(priority, time, host, program, pid, messageId, structured, message());
    }

    private @Nullable Instant timestamp() {
        int start = at;
        String token = token("the timestamp");
        if (token == null) {
            return null;
        }
        Instant time = token.length() > 10 && (token.charAt(10) == 'T' || token.charAt(10) == 't')
                ? Timestamps.parse(token, arrival)
                : null;
        if (time == null) {
            throw broken(start, "the timestamp is neither - nor of the form 2026-11-21T05:56:14.123Z");
        }
        return time;
    }

    /** Reads up to the next blank and past it; null for the nil value {@code -}. */
    private @Nullable String token(String name) {
        int end = text.indexOf(' ', at);
        if (end < 0) {
            throw broken(text.length(), "the header ends before " + name + " is complete");
        }
        if (end == at) {
            throw broken(at, name + " is empty where at least - must stand");
        }
        String token = text.substring(at, end);
        at = end + 1;
        return token.equals("-") ? null : token;
    }

    private @Nullable ObjectNode structuredData() {
        if (at >= text.length()) {
            throw broken(at, "the structured data is missing where at least - must stand");
        }
        if (text.charAt(at) == '-') {
            at++;
            return null;
        }
        if (text.charAt(at) != '[') {
            throw broken(at, "the structured data begins neither with [ nor with -");
        }
        ObjectNode all = Json.object();
        while (at < text.length() && text.charAt(at) == '[') {
            element(all);
        }
        return all;
    }

    private void element(ObjectNode all) {
        int start = at++;
        String id = name(start, " ]");
        ObjectNode element = all.get(id) instanceof ObjectNode earlier ? earlier : all.putObject(id);
        while (true) {
            char c = next(start);
            if (c == ']') {
                return;
            }
            if (c != ' ') {
                throw broken(at - 1, "a blank or ] must stand between parameters");
            }
            if (at < text.length() && text.charAt(at) == ']') {
                continue;
            }
            String name = name(start, "=");
            at++;
            if (next(start) != '"') {
                throw broken(at - 1, "the value of " + name + " must begin with a quote");
            }
            add(element, name, value(start));
        }
    }

    /** An SD-ID or parameter name: up to one of {@code ends}, which is not consumed. */
    private String name(int element, String ends) {
        int from = at;
        while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) <= ' ' || "\"]=[".indexOf(text.charAt(at)) >= 0) {
                throw broken(at, "a name in structured data must not hold this character");
            }
            at++;
        }
        if (at >= text.length()) {
            throw unterminated(element);
        }
        if (at == from) {
            throw broken(at, "a name in structured data is empty");
        }
        return text.substring(from, at);
    }

    /** RFC 5424 section 6.3.3: a backslash escapes a quote, a backslash and ]; before anything else it is itself. */
    private String value(int element) {
        StringBuilder value = new StringBuilder();
        while (true) {
            char c = next(element);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\' && at < text.length() && "\"\\]".indexOf(text.charAt(at)) >= 0) {
                c = text.charAt(at++);
            }
            value.append(c);
        }
    }

    private static void add(ObjectNode element, String name, String value) {
        JsonNode earlier = element.get(name);
        switch (earlier) {
            case null -> element.put(name, value);
            case ArrayNode array -> array.add(value);
            default -> element.putArray(name).add(earlier).add(value);
        }
    }

    private char next(int element) {
        if (at >= text.length()) {
            throw unterminated(element);
        }
        return text.charAt(at++);
    }

    private String message() {
        if (at >= text.length()) {
            return "";
        }
        String message = text.substring(at + 1);
        if (!message.isEmpty() && message.charAt(0) == BYTE_ORDER_MARK) {
            return message.substring(1);
        }
        if (!validUtf8 && message.startsWith(BYTE_ORDER_MARK_LATIN)) {
            throw broken(at + 1, "the message begins with a UTF-8 byte order mark and is not valid UTF-8");
        }
        return message;
    }

    private MalformedException unterminated(int element) {
        return broken(text.length(), "the structured data element that began at offset " + element + " has no end");
    }

    private static MalformedException broken(int offset, String what) {
        return MalformedException.at("syslog RFC 5424", offset, what,
                "mend the sender's format or configure the source with format: text");
    }
}
