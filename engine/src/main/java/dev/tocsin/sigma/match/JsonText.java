package dev.tocsin.sigma.match;

import java.nio.charset.StandardCharsets;

/** A JSON text that has been checked, as a string. */
final class JsonText {
    private JsonText() {
    }

    /** @param from behind the opening quote */
    static String decode(byte[] json, int from, int end) {
        int escape = from;
        while (escape < end && json[escape] != '\\') {
            escape++;
        }
        if (escape == end) {
            return new String(json, from, end - from, StandardCharsets.UTF_8);
        }
        StringBuilder out = new StringBuilder(end - from);
        int at = from;
        while (escape < end) {
            out.append(new String(json, at, escape - at, StandardCharsets.UTF_8));
            if (json[escape + 1] == 'u') {
                out.append((char) hex(json, escape + 2));
                at = escape + 6;
            } else {
                out.append((char) simple(json[escape + 1]));
                at = escape + 2;
            }
            escape = at;
            while (escape < end && json[escape] != '\\') {
                escape++;
            }
        }
        return out.append(new String(json, at, end - at, StandardCharsets.UTF_8)).toString();
    }

    /** What the letter after a backslash stands for; 0 if nothing. */
    static int simple(byte letter) {
        return switch (letter) {
            case '"', '\\', '/' -> letter;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> 0;
        };
    }

    /** Four hexadecimal digits; negative if they are not. */
    static int hex(byte[] json, int from) {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = Character.digit(json[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
