package dev.tocsin.sigma.match;

import java.util.Arrays;

/** Folded texts in UTF-8, one behind the other, with zeros between them, in an array that is used again. */
final class FoldedText {
    /** Zeros behind each text, so that eight bytes may be read from each of its bytes. */
    static final int PAD = 8;
    /** What one event may leave behind; a larger array is given up after it. */
    private static final int KEPT_MAX = 1 << 20;

    private byte[] bytes;
    private int end;

    FoldedText(int size) {
        bytes = new byte[size];
    }

    byte[] bytes() {
        return bytes;
    }

    int end() {
        return end;
    }

    void end(int newEnd) {
        end = newEnd;
    }

    void clear() {
        end = 0;
        if (bytes.length > KEPT_MAX) {
            bytes = new byte[KEPT_MAX];
        }
    }

    /** The array, after making sure that so many bytes fit behind the end. */
    byte[] reserve(int more) {
        if (end + more + 2 * PAD > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more + 2 * PAD));
        }
        return bytes;
    }

    /** Ends a text. */
    void pad() {
        reserve(PAD);
        Words.put(bytes, end, 0);
        end += PAD;
    }

    void append(String text) {
        reserve(text.length() * 3);
        for (int i = 0; i < text.length();) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            append(c);
        }
    }

    /** Folds a character; three bytes for each of its UTF-16 units must be reserved. */
    void append(int codePoint) {
        end = put(bytes, end, codePoint);
    }

    /** Folds a character into the array and says where it ends. */
    static int put(byte[] bytes, int at, int codePoint) {
        if (codePoint == CaseFold.CAPITAL_DOTTED_I) {
            bytes[at] = 'i';
            return encode(bytes, at + 1, CaseFold.DOT_ABOVE);
        }
        return encode(bytes, at, CaseFold.of(codePoint));
    }

    private static int encode(byte[] out, int at, int c) {
        if (c < 0x80) {
            out[at] = (byte) c;
            return at + 1;
        }
        if (c < 0x800) {
            out[at] = (byte) (0xc0 | c >> 6);
            out[at + 1] = (byte) (0x80 | c & 0x3f);
            return at + 2;
        }
        if (c < 0x10000) {
            out[at] = (byte) (0xe0 | c >> 12);
            out[at + 1] = (byte) (0x80 | c >> 6 & 0x3f);
            out[at + 2] = (byte) (0x80 | c & 0x3f);
            return at + 3;
        }
        out[at] = (byte) (0xf0 | c >> 18);
        out[at + 1] = (byte) (0x80 | c >> 12 & 0x3f);
        out[at + 2] = (byte) (0x80 | c >> 6 & 0x3f);
        out[at + 3] = (byte) (0x80 | c & 0x3f);
        return at + 4;
    }
}
