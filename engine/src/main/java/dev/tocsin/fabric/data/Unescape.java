package dev.tocsin.fabric.data;

/** Resolves the escapes of a JSON string that the scanner has found well formed. */
final class Unescape {
    private Unescape() {
    }

    static Bytes of(byte[] json, int from, int to) {
        byte[] out = new byte[to - from];
        int size = 0;
        int at = from;
        while (at < to) {
            byte b = json[at++];
            if (b != '\\') {
                out[size++] = b;
                continue;
            }
            byte escaped = json[at++];
            if (escaped != 'u') {
                out[size++] = single(escaped);
                continue;
            }
            int point = hex(json, at);
            at += 4;
            if (Character.isHighSurrogate((char) point)) {
                point = Character.toCodePoint((char) point, (char) hex(json, at + 2));
                at += 6;
            }
            size = put(point, out, size);
        }
        return Bytes.of(out, 0, size);
    }

    private static byte single(byte escaped) {
        return switch (escaped) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0b;
            default -> escaped;
        };
    }

    static int hex(byte[] json, int at) {
        int number = 0;
        for (int i = at; i < at + 4; i++) {
            number = number << 4 | Character.digit(json[i], 16);
        }
        return number;
    }

    private static int put(int point, byte[] out, int at) {
        int size = at;
        if (point < 0x80) {
            out[size++] = (byte) point;
        } else if (point < 0x800) {
            out[size++] = (byte) (0xc0 | point >> 6);
            out[size++] = (byte) (0x80 | point & 0x3f);
        } else if (point < 0x10000) {
            out[size++] = (byte) (0xe0 | point >> 12);
            out[size++] = (byte) (0x80 | point >> 6 & 0x3f);
            out[size++] = (byte) (0x80 | point & 0x3f);
        } else {
            out[size++] = (byte) (0xf0 | point >> 18);
            out[size++] = (byte) (0x80 | point >> 12 & 0x3f);
            out[size++] = (byte) (0x80 | point >> 6 & 0x3f);
            out[size++] = (byte) (0x80 | point & 0x3f);
        }
        return size;
    }
}
