package dev.tocsin.sigma.match;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON once and puts the wanted values into {@link EventFields}. Texts are unescaped and folded while their end is
 * looked for, eight bytes at a time; what nobody wants is passed over. Owned by one thread.
 *
 * <p>It does not decide what a tree would decide: when a name stands twice in an object, when a path is there in two ways
 * (as {@code "a.b"} and as {@code b} in {@code a}), when a name has escapes, when anything is malformed, it says
 * {@link Result#IRREGULAR} and what it has put down is to be forgotten.
 */
public final class JsonFields extends JsonCursor {
    private static final int DOCUMENT_BYTES_MAX = 16 * 1024 * 1024;
    /** Any two decimals of so many digits are different doubles. */
    private static final int EXACT_DIGITS_MAX = 15;
    /** Larger whole doubles are written with an exponent. */
    private static final int WHOLE_DIGITS_MAX = 6;

    /** What came of reading. */
    public enum Result {
        /** All is in the fields. */
        READ,
        /** Well-formed, but the member that would be the event is not there or is no object. */
        ABSENT,
        /** To be read by somebody else. */
        IRREGULAR
    }

    private final EventFields out;
    private final FieldNames names;
    private final byte @Nullable [] within;
    private final int[] seenIn;
    private final NameSet seen = new NameSet();
    private int objects;
    private byte[] wanted = new byte[0];
    private boolean everything;
    private boolean found;
    private long keyHash;
    private int keyFrom;

    /** @param within the top-level member that is the event; null for the whole document */
    public JsonFields(FieldNames names, @Nullable String within, EventFields out) {
        this.names = names;
        this.within = within == null ? null : within.getBytes(StandardCharsets.UTF_8);
        this.out = out;
        seenIn = new int[names.size()];
    }

    /** Reads one document; the bytes are read again when a value's text is asked for, so they must stay. */
    public Result read(byte[] json, int from, int to, Demand demand) {
        in = json;
        at = from;
        end = to;
        wanted = demand.wanted();
        everything = demand.everything();
        found = within == null;
        out.clear(json);
        if (objects > Integer.MAX_VALUE / 2) {
            Arrays.fill(seenIn, 0);
            objects = 0;
        }
        seen.clear();
        if (to - from > DOCUMENT_BYTES_MAX) {
            return Result.IRREGULAR;
        }
        try {
            expect('{');
            if (within == null) {
                object(FieldNames.ROOT, 1, true);
            } else {
                outer(within);
            }
            requireEnd();
            return found ? Result.READ : Result.ABSENT;
        } catch (Irregular _) {
            return Result.IRREGULAR;
        }
    }

    /** The document around the event. */
    private void outer(byte[] event) {
        if (peek() == '}') {
            at++;
            return;
        }
        boolean given = false;
        do {
            expect('"');
            int keyEnd = key(FieldNames.ROOT);
            expect(':');
            if (Arrays.equals(in, keyFrom, keyEnd, event, 0, event.length)) {
                if (given) {
                    throw Irregular.INSTANCE;
                }
                given = true;
                if (peek() == '{') {
                    at++;
                    found = true;
                    object(FieldNames.ROOT, 2, true);
                    continue;
                }
            }
            skipValue(1);
        } while (more('}'));
    }

    /** Passes over a name, hashes it, and says where it ends; names with escapes are left to others. */
    private int key(int node) {
        int from = at;
        int i = from;
        long hash = FieldNames.seed(node);
        boolean ascii = true;
        int bytes;
        while (true) {
            long word = Words.atMost(in, i, end);
            long specials = Words.specials(word);
            bytes = specials == 0 ? 8 : Long.numberOfTrailingZeros(specials) >>> 3;
            if (bytes < 8 && i + bytes < end && in[i + bytes] < 0) {
                ascii = false;
                bytes = plain(i);
            }
            if (bytes < 8) {
                i += bytes;
                keyHash = Words.finish(hash, bytes == 0 ? 0 : word & Words.first(bytes), i - from);
                break;
            }
            hash = Words.mix(hash, word);
            i += 8;
        }
        if (i >= end || in[i] != '"') {
            throw Irregular.INSTANCE;
        }
        if (!ascii) {
            skipText();
        }
        keyFrom = from;
        at = i + 1;
        return i;
    }

    /** How many of the next eight bytes belong to a name, of whatever character. */
    private int plain(int i) {
        int bytes = 0;
        while (bytes < 8 && i + bytes < end && in[i + bytes] != '"' && in[i + bytes] != '\\'
                && (in[i + bytes] < 0 || in[i + bytes] >= 0x20)) {
            bytes++;
        }
        return bytes;
    }

    private void object(int node, int depth, boolean top) {
        checkDepth(depth);
        int instance = ++objects;
        if (peek() == '}') {
            at++;
            return;
        }
        do {
            expect('"');
            int keyEnd = key(node);
            int entry = names.find(keyHash, node, in, keyFrom, keyEnd);
            expect(':');
            if (entry >= 0) {
                if (seenIn[entry] == instance) {
                    throw Irregular.INSTANCE;
                }
                seenIn[entry] = instance;
            } else if (everything && !seen.add(keyHash, instance)) {
                throw Irregular.INSTANCE;
            }
            if (top && in[keyFrom] == '_' && keyEnd > keyFrom) {
                skipValue(depth);
            } else if (entry >= 0) {
                named(entry, depth);
            } else if (everything) {
                value(FieldNames.NONE, FieldNames.NONE, depth);
            } else {
                skipValue(depth);
            }
        } while (more('}'));
    }

    private void named(int entry, int depth) {
        int demand = wanted[entry];
        if ((demand & Demand.WITHOUT) != 0) {
            skipValue(depth);
            return;
        }
        int path = FieldNames.NONE;
        if ((demand & Demand.VALUE) != 0) {
            path = names.path(entry);
            if (!out.present(path, entry)) {
                throw Irregular.INSTANCE;
            }
        }
        int node = (demand & Demand.INSIDE) != 0 ? names.child(entry) : FieldNames.NONE;
        if (path < 0 && node < 0 && !everything) {
            skipValue(depth);
        } else {
            value(path, node, depth);
        }
    }

    /**
     * @param path what the value is the value of, or none
     * @param node where paths go on if it is an object or an array of them, or none
     */
    private void value(int path, int node, int depth) {
        int b = peek();
        switch (b) {
            case '"' -> {
                at++;
                if (path >= 0 || everything) {
                    text(path);
                } else {
                    skipText();
                }
            }
            case '{' -> {
                if (node >= 0 || everything) {
                    at++;
                    object(node, depth + 1, false);
                } else {
                    skipValue(depth);
                }
            }
            case '[' -> array(path, node, depth + 1);
            case 't', 'f' -> {
                int from = at;
                skipWord(b);
                word(path, from, at);
            }
            case 'n' -> {
                skipWord(b);
                if (path >= 0) {
                    out.addNull(path);
                }
            }
            default -> {
                if (b != '-' && (b < '0' || b > '9')) {
                    throw Irregular.INSTANCE;
                }
                number(path);
            }
        }
    }

    private void array(int path, int node, int depth) {
        checkDepth(depth);
        at++;
        if (peek() == ']') {
            at++;
            return;
        }
        do {
            value(path, node, depth);
        } while (more(']'));
    }

    private void word(int path, int from, int to) {
        if (path >= 0 || everything) {
            FoldedText folded = out.folded;
            byte[] bytes = folded.reserve(to - from);
            int begin = folded.end();
            System.arraycopy(in, from, bytes, begin, to - from);
            folded.end(begin + to - from);
            out.addWord(path, begin);
        }
    }

    private void number(int path) {
        int from = at;
        boolean integer = skipNumber();
        if (path < 0 && !everything) {
            return;
        }
        int length = integer ? integerLength(from) : fractionLength(from);
        if (length > 0) {
            word(path, from, from + length);
        } else {
            double number = Double.parseDouble(new String(in, from, at - from, StandardCharsets.ISO_8859_1));
            String text = integer
                    ? "0"
                    : Double.isFinite(number)
                            ? BigDecimal.valueOf(number).toPlainString()
                            : Double.toString(number);
            out.add(path, text);
        }
    }

    /** An integer's text is what is written, but for minus zero. */
    private int integerLength(int from) {
        return in[from] == '-' && in[from + 1] == '0' ? 0 : at - from;
    }

    /**
     * How much of a fraction as written is what the text of its double is: zeros at its end are not, save the first one.
     * Zero if that is not clear without making the double: too many digits, exponents, very small and large numbers.
     */
    private int fractionLength(int from) {
        int first = in[from] == '-' ? from + 1 : from;
        int dot = first;
        while (in[dot] != '.') {
            if (in[dot] > '9') {
                return 0;
            }
            dot++;
        }
        int last = at - 1;
        while (in[last] == '0') {
            last--;
        }
        boolean whole = last == dot;
        boolean small = in[first] == '0' && in[dot + 1] == '0';
        if (small || last - first > EXACT_DIGITS_MAX || whole && dot - first > WHOLE_DIGITS_MAX) {
            return 0;
        }
        for (int i = dot + 1; i <= last; i++) {
            if (in[i] > '9') {
                return 0;
            }
        }
        return (whole ? dot + 2 : last + 1) - from;
    }

    /** Unescapes and folds a text; the cursor is behind its opening quote. */
    private void text(int path) {
        FoldedText folded = out.folded;
        int begin = folded.end();
        int from = at;
        int i = from;
        int o = begin;
        byte[] bytes = folded.reserve(64);
        int room = bytes.length - 32;
        boolean ascii = true;
        while (true) {
            if (o > room) {
                folded.end(o);
                bytes = folded.reserve(Math.min(end - i, 1 << 16) + 64);
                room = bytes.length - 32;
            }
            if (i + 8 <= end) {
                long word = Words.at(in, i);
                long specials = Words.specials(word);
                Words.put(bytes, o, Words.lower(word));
                if (specials == 0) {
                    i += 8;
                    o += 8;
                    continue;
                }
                int plain = Long.numberOfTrailingZeros(specials) >>> 3;
                i += plain;
                o += plain;
            } else if (i >= end) {
                throw Irregular.INSTANCE;
            }
            byte b = in[i];
            if (b == '"') {
                break;
            }
            if (b == '\\' && i + 1 < end && in[i + 1] != 'u') {
                int c = JsonText.simple(in[i + 1]);
                if (c == 0) {
                    throw Irregular.INSTANCE;
                }
                bytes[o++] = (byte) c;
                i += 2;
            } else if (b < 0x20 || b == '\\') {
                int c = rare(i, b);
                o = FoldedText.put(bytes, o, c);
                i = rareEnd;
                ascii &= c < 0x80;
            } else {
                bytes[o++] = b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
                i++;
            }
        }
        folded.end(o);
        at = i + 1;
        out.addSource(path, begin, ascii, from, i);
    }

    private int rareEnd;

    /** A character that is not ASCII or is escaped by its number. */
    private int rare(int i, byte b) {
        if (b < 0) {
            int bytes = characterBytes(i);
            rareEnd = i + bytes;
            return character(i, bytes);
        }
        if (b != '\\' || i + 1 >= end) {
            throw Irregular.INSTANCE;
        }
        int unit = unit(i);
        rareEnd = i + 6;
        if (Character.isHighSurrogate((char) unit) && i + 12 <= end && in[i + 6] == '\\' && in[i + 7] == 'u') {
            int low = unit(i + 6);
            if (Character.isLowSurrogate((char) low)) {
                rareEnd = i + 12;
                return Character.toCodePoint((char) unit, (char) low);
            }
        }
        return unit;
    }
}
