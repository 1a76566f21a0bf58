package dev.tocsin.sigma.match;

import java.nio.charset.StandardCharsets;

/** A JSON text that has been checked, as a string. */
final class JsonText {
    private JsonText() {
    }

    /** @param from behind the opening quote */
    static String decode(byte[] json, int from, int end) {
        byte[] plain = new byte[end - from];
        int length = unescape(json, from, end, plain);
        return length < 0 ? decodeUnits(json, from, end) : new String(plain, 0, length, StandardCharsets.UTF_8);
    }

    /** The bytes without escapes; negative if there are characters escaped by number that are not ASCII. */
    static int unescape(byte[] json, int from, int end, byte[] out) {
        int length = 0;
        for (int i = from; i < end; i++) {
            byte b = json[i];
            if (b == '\\') {
                b = json[++i];
                if (b == 'u') {
                    int unit = hex(json, i + 1);
                    if (unit >= 0x80) {
                        return -1;
                    }
                    b = (byte) unit;
                    i += 4;
                } else {
                    b = (byte) simple(b);
                }
            }
            out[length++] = b;
        }
        return length;
    }

    /** With characters escaped by their number, which may be halves of pairs. */
    private static String decodeUnits(byte[] json, int from, int end) {
        StringBuilder out = new StringBuilder(end - from);
        int at = from;
        for (int i = from; i < end;) {
            if (json[i] != '\\') {
                i++;
                continue;
            }
            out.append(new String(json, at, i - at, StandardCharsets.UTF_8));
            boolean unit = json[i + 1] == 'u';
            out.append((char) (unit ? hex(json, i + 2) : simple(json[i + 1])));
            i += unit ? 6 : 2;
            at = i;
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
