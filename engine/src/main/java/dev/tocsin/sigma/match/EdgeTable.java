package dev.tocsin.sigma.match;

import dev.tocsin.sigma.match.LiteralIndex.Literal;
import dev.tocsin.sigma.match.LiteralIndex.Place;
import java.util.Arrays;
import java.util.List;

/**
 * Literals that are a whole text, or stand at one of its ends, by hash. Of a start or an end the first or last 1, 2, 4, 8,
 * 16 or 32 bytes are the key, as many as it has at least; so a text is asked at most six times for each end, and what shares
 * a key shares at least half of its bytes, up to 32.
 */
final class EdgeTable {
    private static final int NONE = -1;
    private static final int WIDEST = 5;
    private static final int WHOLE_SEED = 1000;
    private static final int END_SEED = 100;
    private static final long LONG_LENGTHS = 1L << 63;

    private final byte[][] literals;
    private final Place[] places;
    private final int[] numbers;
    private final int[] next;
    private final long[] keys;
    private final int[] firsts;
    private final int mask;
    private final long wholeLengths;
    private final int startWidths;
    private final int endWidths;

    private EdgeTable(List<Literal> given) {
        int count = given.size();
        literals = new byte[count][];
        places = new Place[count];
        numbers = new int[count];
        next = new int[count];
        int size = Integer.highestOneBit(Math.max(4, count * 4));
        keys = new long[size];
        firsts = new int[size];
        Arrays.fill(firsts, NONE);
        mask = size - 1;
        long lengths = 0;
        int starts = 0;
        int ends = 0;
        for (int i = 0; i < count; i++) {
            Literal literal = given.get(i);
            byte[] bytes = literal.bytes();
            literals[i] = bytes;
            places[i] = literal.place();
            numbers[i] = literal.number();
            int width = width(bytes.length);
            switch (literal.place()) {
                case START -> starts |= 1 << width;
                case END -> ends |= 1 << width;
                default -> lengths |= lengthBit(bytes.length);
            }
            insert(i, switch (literal.place()) {
                case START -> startKey(bytes, 0, width);
                case END -> endKey(bytes, bytes.length, width);
                default -> Words.hash(bytes, 0, bytes.length, WHOLE_SEED);
            });
        }
        wholeLengths = lengths;
        startWidths = starts;
        endWidths = ends;
    }

    static EdgeTable of(List<Literal> literals) {
        return new EdgeTable(literals);
    }

    private static int width(int length) {
        return Math.min(WIDEST, 31 - Integer.numberOfLeadingZeros(Math.max(1, length)));
    }

    private static long lengthBit(int length) {
        return length < 63 ? 1L << length : LONG_LENGTHS;
    }

    private static long startKey(byte[] bytes, int from, int width) {
        return Words.hash(bytes, from, from + (1 << width), width);
    }

    private static long endKey(byte[] bytes, int end, int width) {
        return Words.hash(bytes, end - (1 << width), end, END_SEED + width);
    }

    private int place(long key) {
        return (int) (key >>> 33) & mask;
    }

    private void insert(int literal, long key) {
        int at = place(key);
        while (firsts[at] != NONE && keys[at] != key) {
            at = at + 1 & mask;
        }
        keys[at] = key;
        next[literal] = firsts[at];
        firsts[at] = literal;
    }

    void find(byte[] text, int from, int length, Hits hits) {
        if ((wholeLengths & lengthBit(length)) != 0) {
            check(Words.hash(text, from, from + length, WHOLE_SEED), text, from, length, hits);
        }
        if (length == 0) {
            return;
        }
        int fitting = (2 << width(length)) - 1;
        for (int widths = startWidths & fitting; widths != 0; widths &= widths - 1) {
            check(startKey(text, from, Integer.numberOfTrailingZeros(widths)), text, from, length, hits);
        }
        for (int widths = endWidths & fitting; widths != 0; widths &= widths - 1) {
            check(endKey(text, from + length, Integer.numberOfTrailingZeros(widths)), text, from, length, hits);
        }
    }

    private void check(long key, byte[] text, int from, int length, Hits hits) {
        int at = place(key);
        while (firsts[at] != NONE) {
            if (keys[at] == key) {
                for (int literal = firsts[at]; literal != NONE; literal = next[literal]) {
                    if (stands(literal, text, from, length)) {
                        hits.add(numbers[literal]);
                    }
                }
                return;
            }
            at = at + 1 & mask;
        }
    }

    private boolean stands(int literal, byte[] text, int from, int length) {
        byte[] bytes = literals[literal];
        Place place = places[literal];
        if (bytes.length > length || place == Place.WHOLE && bytes.length != length) {
            return false;
        }
        int at = place == Place.END ? from + length - bytes.length : from;
        return Arrays.equals(bytes, 0, bytes.length, text, at, at + bytes.length);
    }
}
