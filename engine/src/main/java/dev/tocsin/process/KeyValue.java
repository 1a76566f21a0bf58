package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code key=value key="quoted \" value" key='quoted'}, separated by blanks, tabs, commas or semicolons, as firewalls
 * and many programs write. Words that are no pair are kept, in order, in the field {@code message}.
 */
final class KeyValue {
    private static final int KEY_CHARS_MAX = 128;
    /** Fewer pairs may be a sentence with an equals sign in it. */
    private static final int PAIRS_MIN = 3;

    private final String text;
    private final ObjectNode fields = Json.object();
    private final StringBuilder words = new StringBuilder();
    private int at;
    private int pairs;
    private int wordCount;

    private KeyValue(String text) {
        this.text = text;
    }

    /** @throws MalformedException when a quote is not closed or there is no pair at all */
    static Parsed parse(String text, Instant arrival) {
        KeyValue reader = new KeyValue(text);
        reader.read();
        if (reader.pairs == 0) {
            throw MalformedException.at("key=value", 0, "there is no key=value pair",
                    "configure the source with another format, or with format: auto");
        }
        return reader.parsed(arrival);
    }

    /** @return null unless the text is nothing but pairs, at least three */
    static @Nullable Parsed parseIfPairs(String text, Instant arrival) {
        int equals = text.indexOf('=');
        if (equals <= 0 || equals > KEY_CHARS_MAX || keyEnd(text, 0) != equals) {
            return null;
        }
        KeyValue reader = new KeyValue(text);
        try {
            reader.read();
        } catch (MalformedException _) {
            // Nobody said that it is key=value: an open quote only means that it is not.
            return null;
        }
        return reader.pairs >= PAIRS_MIN && reader.wordCount == 0 ? reader.parsed(arrival) : null;
    }

    /** The pairs of a text, such as the inner message of an audit record, put into an existing object. */
    static void into(ObjectNode target, String text) {
        KeyValue reader = new KeyValue(text);
        reader.read();
        for (var field : reader.fields.properties()) {
            target.putIfAbsent(field.getKey(), field.getValue());
        }
    }

    private Parsed parsed(Instant arrival) {
        if (!words.isEmpty() && !fields.has("message")) {
            fields.put("message", words.toString());
        }
        Instant time = null;
        if (fields.path("date").isString() && fields.path("time").isString()) {
            time = Timestamps.parse(fields.path("date").asString() + "T" + fields.path("time").asString()
                    + fields.path("tz").asString(""), arrival);
        }
        if (time == null) {
            time = Timestamps.first(fields, arrival, "@timestamp", "timestamp", "eventtime", "time", "ts", "date");
        }
        return Parsed.of(Format.KV, fields, time);
    }

    private void read() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (separates(c)) {
                at++;
                continue;
            }
            int end = keyEnd(text, at);
            if (end > at && end < text.length() && text.charAt(end) == '=' && end - at <= KEY_CHARS_MAX) {
                String key = text.substring(at, end);
                at = end + 1;
                fields.putIfAbsent(key, fields.stringNode(value()));
                pairs++;
            } else {
                word();
            }
        }
    }

    private String value() {
        if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
            return quoted(text.charAt(at));
        }
        int from = at;
        while (at < text.length() && text.charAt(at) > ' '
                && (",;".indexOf(text.charAt(at)) < 0 || !separatorEndsHere(at + 1))) {
            at++;
        }
        return text.substring(from, at);
    }

    /** A comma within a value stays; one before a blank, another key or the end separates. */
    private boolean separatorEndsHere(int next) {
        if (next >= text.length() || text.charAt(next) <= ' ') {
            return true;
        }
        int end = keyEnd(text, next);
        return end > next && end < text.length() && text.charAt(end) == '=';
    }

    private String quoted(char quote) {
        int start = at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return value.toString();
            }
            if (c == '\\' && at < text.length() && (text.charAt(at) == quote || text.charAt(at) == '\\')) {
                c = text.charAt(at++);
            }
            value.append(c);
        }
        throw MalformedException.at("key=value", start, "the quote that opens here is never closed",
                "escape quotes within values with a backslash");
    }

    private void word() {
        int from = at;
        while (at < text.length() && !separates(text.charAt(at))) {
            at++;
        }
        words.append(words.isEmpty() ? "" : " ").append(text, from, at);
        wordCount++;
    }

    private static boolean separates(char c) {
        return c <= ' ' || c == ',' || c == ';';
    }

    private static int keyEnd(String text, int from) {
        int i = from;
        int end = Math.min(text.length(), from + KEY_CHARS_MAX + 1);
        while (i < end && (Character.isLetterOrDigit(text.charAt(i)) || "_.-[]@".indexOf(text.charAt(i)) >= 0)) {
            i++;
        }
        return i;
    }
}
