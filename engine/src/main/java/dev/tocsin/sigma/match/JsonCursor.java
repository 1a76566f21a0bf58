package dev.tocsin.sigma.match;

/**
 * A place in JSON bytes, and how to pass over what stands there. Strict: what RFC 8259 does not allow is
 * {@link Irregular}, also in what is only passed over.
 */
class JsonCursor {
    /** Deeper nesting is irregular. */
    static final int DEPTH_MAX = 200;
    /** Longer numbers are irregular. */
    private static final int NUMBER_BYTES_MAX = 1000;

    byte[] in = new byte[0];
    int at;
    int end;

    /** The next byte that is no blank. */
    final int peek() {
        while (at < end) {
            byte b = in[at];
            if (b > ' ') {
                return b;
            }
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                break;
            }
            at++;
        }
        throw Irregular.INSTANCE;
    }

    /** What follows, passed over. */
    final int take() {
        int b = peek();
        at++;
        return b;
    }

    final void expect(int wanted) {
        if (take() != wanted) {
            throw Irregular.INSTANCE;
        }
    }

    final void requireEnd() {
        while (at < end) {
            byte b = in[at++];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                throw Irregular.INSTANCE;
            }
        }
    }

    /** Passes over a text; the cursor is behind its opening quote. */
    final void skipText() {
        int i = at;
        while (true) {
            if (i + 8 <= end) {
                long specials = Words.specials(Words.at(in, i));
                if (specials == 0) {
                    i += 8;
                    continue;
                }
                i += Long.numberOfTrailingZeros(specials) >>> 3;
            } else if (i >= end) {
                throw Irregular.INSTANCE;
            }
            byte b = in[i];
            if (b == '"') {
                at = i + 1;
                return;
            }
            if (b == '\\') {
                i = escapeEnd(i);
            } else if (b < 0) {
                i += characterBytes(i);
            } else if (b < 0x20) {
                throw Irregular.INSTANCE;
            } else {
                i++;
            }
        }
    }

    private int escapeEnd(int backslash) {
        if (backslash + 1 >= end) {
            throw Irregular.INSTANCE;
        }
        if (in[backslash + 1] == 'u') {
            unit(backslash);
            return backslash + 6;
        }
        if (JsonText.simple(in[backslash + 1]) == 0) {
            throw Irregular.INSTANCE;
        }
        return backslash + 2;
    }

    /** The UTF-16 unit of a six-byte escape. */
    final int unit(int backslash) {
        int unit = backslash + 6 <= end ? JsonText.hex(in, backslash + 2) : -1;
        if (unit < 0) {
            throw Irregular.INSTANCE;
        }
        return unit;
    }

    /** How many bytes the non-ASCII character has; well-formed UTF-8 only. */
    final int characterBytes(int i) {
        int c = in[i] & 0xff;
        int bytes = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        if (c < 0xc2 || c > 0xf4 || i + bytes > end) {
            throw Irregular.INSTANCE;
        }
        for (int k = 1; k < bytes; k++) {
            if ((in[i + k] & 0xc0) != 0x80) {
                throw Irregular.INSTANCE;
            }
        }
        int second = in[i + 1] & 0xff;
        if (c == 0xe0 && second < 0xa0 || c == 0xed && second > 0x9f || c == 0xf0 && second < 0x90
                || c == 0xf4 && second > 0x8f) {
            throw Irregular.INSTANCE;
        }
        return bytes;
    }

    /** The character of which {@link #characterBytes} gave the length. */
    final int character(int i, int bytes) {
        int c = in[i] & 0xff >> bytes + 1;
        for (int k = 1; k < bytes; k++) {
            c = c << 6 | in[i + k] & 0x3f;
        }
        return c;
    }

    /** Passes over a number and says whether it is an integer; the cursor is at its first byte. */
    final boolean skipNumber() {
        int from = at;
        if (in[at] == '-') {
            at++;
        }
        int first = at;
        skipDigits();
        if (in[first] == '0' && at > first + 1) {
            throw Irregular.INSTANCE;
        }
        boolean integer = true;
        if (at < end && in[at] == '.') {
            at++;
            skipDigits();
            integer = false;
        }
        if (at < end && (in[at] | 0x20) == 'e') {
            at++;
            if (at < end && (in[at] == '+' || in[at] == '-')) {
                at++;
            }
            skipDigits();
            integer = false;
        }
        if (at - from > NUMBER_BYTES_MAX) {
            throw Irregular.INSTANCE;
        }
        return integer;
    }

    private void skipDigits() {
        int from = at;
        while (at < end && in[at] >= '0' && in[at] <= '9') {
            at++;
        }
        if (at == from) {
            throw Irregular.INSTANCE;
        }
    }

    /** Passes over {@code true}, {@code false} or {@code null}. */
    final void skipWord(int first) {
        String word = first == 't' ? "true" : first == 'f' ? "false" : first == 'n' ? "null" : "";
        if (word.isEmpty() || at + word.length() > end) {
            throw Irregular.INSTANCE;
        }
        for (int i = 1; i < word.length(); i++) {
            if (in[at + i] != word.charAt(i)) {
                throw Irregular.INSTANCE;
            }
        }
        at += word.length();
    }

    /** Passes over any value. */
    final void skipValue(int depth) {
        int b = peek();
        switch (b) {
            case '"' -> {
                at++;
                skipText();
            }
            case '{' -> {
                at++;
                skipObject(depth + 1);
            }
            case '[' -> {
                at++;
                skipArray(depth + 1);
            }
            case 't', 'f', 'n' -> skipWord(b);
            default -> {
                if (b != '-' && (b < '0' || b > '9')) {
                    throw Irregular.INSTANCE;
                }
                skipNumber();
            }
        }
    }

    static void checkDepth(int depth) {
        if (depth > DEPTH_MAX) {
            throw Irregular.INSTANCE;
        }
    }

    private void skipObject(int depth) {
        checkDepth(depth);
        if (peek() == '}') {
            at++;
            return;
        }
        do {
            expect('"');
            skipText();
            expect(':');
            skipValue(depth);
        } while (more('}'));
    }

    private void skipArray(int depth) {
        checkDepth(depth);
        if (peek() == ']') {
            at++;
            return;
        }
        do {
            skipValue(depth);
        } while (more(']'));
    }

    /** Whether a comma follows and not the end. */
    final boolean more(int closing) {
        int b = take();
        if (b == ',') {
            return true;
        }
        if (b != closing) {
            throw Irregular.INSTANCE;
        }
        return false;
    }
}
