package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * ArcSight's Common Event Format, revision 25: {@code CEF:0|vendor|product|version|class|name|severity|key=value …}.
 *
 * <p>In the header {@code \|} and {@code \\} are escapes; in the extension {@code \=}, {@code \\}, {@code \n}, {@code \r}.
 * Extension values may hold blanks: a value ends where the next {@code key=} begins.
 */
final class Cef {
    private static final String[] HEADER = {"CEFVersion", "DeviceVendor", "DeviceProduct", "DeviceVersion",
            "DeviceEventClassID", "Name", "Severity"};
    private static final String HINT = "write CEF:0|vendor|product|version|class id|name|severity|extension";

    private final String text;
    private final ObjectNode fields = Json.object();
    private int at;

    private Cef(String text) {
        this.text = text;
    }

    /**
     * @param text begins with {@code CEF:}
     * @throws MalformedException when the header is incomplete or the bytes were not UTF-8
     */
    static Parsed parse(String text, Instant arrival, boolean validUtf8) {
        if (!validUtf8) {
            throw new MalformedException("CEF: the bytes are not valid UTF-8; encode the sender's output as UTF-8");
        }
        Cef reader = new Cef(text);
        reader.header();
        reader.extension();
        Instant time = Timestamps.first(reader.fields, arrival, "rt", "start", "deviceReceiptTime", "end", "art");
        return Parsed.of(Format.CEF, reader.fields, time);
    }

    private void header() {
        if (!text.startsWith("CEF:")) {
            throw MalformedException.at("CEF", 0, "the text does not begin with CEF:", HINT);
        }
        at = 4;
        for (int i = 0; i < HEADER.length; i++) {
            StringBuilder value = new StringBuilder();
            boolean last = i == HEADER.length - 1;
            if (!headerField(value) && !last) {
                throw MalformedException.at("CEF", text.length(),
                        "the header has " + (i + 1) + " of 7 fields; " + HEADER[i + 1] + " is missing", HINT);
            }
            if (i == 0 && !Timestamps.digits(value.toString().strip())) {
                throw MalformedException.at("CEF", 4, "the version is not a number", HINT);
            }
            fields.put(HEADER[i], i == 0 ? value.toString().strip() : value.toString());
        }
    }

    /** Reads to behind the next bar; false when the text ended first. */
    private boolean headerField(StringBuilder value) {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '|') {
                return true;
            }
            if (c == '\\' && at < text.length() && (text.charAt(at) == '|' || text.charAt(at) == '\\')) {
                c = text.charAt(at++);
            }
            value.append(c);
        }
        return false;
    }

    private void extension() {
        int key = nextKey(at);
        while (key >= 0) {
            int equals = text.indexOf('=', key);
            int next = nextKey(equals + 1);
            int end = next < 0 ? text.length() : next - 1;
            String name = text.substring(key, equals);
            fields.putIfAbsent(name, fields.stringNode(unescape(text.substring(Math.min(equals + 1, end), end))));
            key = next;
        }
    }

    /** Start of the next word that is followed by an unescaped {@code =}, or -1. */
    private int nextKey(int from) {
        int equals = text.indexOf('=', from);
        while (equals >= 0) {
            int start = equals;
            while (start > from && keyCharacter(text.charAt(start - 1))) {
                start--;
            }
            boolean word = start < equals && (start == at || start > 0 && text.charAt(start - 1) == ' ');
            if (word) {
                return start;
            }
            equals = text.indexOf('=', equals + 1);
        }
        return -1;
    }

    private static boolean keyCharacter(char c) {
        return c < 128 && Character.isLetterOrDigit(c) || "_.-[]:".indexOf(c) >= 0;
    }

    private static String unescape(String value) {
        if (value.indexOf('\\') < 0) {
            return value.stripTrailing();
        }
        StringBuilder out = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            char next = i + 1 < value.length() ? value.charAt(i + 1) : ' ';
            if (c == '\\' && "=\\|nr".indexOf(next) >= 0) {
                out.append(next == 'n' ? '\n' : next == 'r' ? '\r' : next);
                i++;
            } else {
                out.append(c);
            }
        }
        return out.toString().stripTrailing();
    }
}
