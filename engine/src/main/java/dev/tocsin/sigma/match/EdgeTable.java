package dev.tocsin.sigma.match;

import dev.tocsin.sigma.match.LiteralIndex.Literal;
import dev.tocsin.sigma.match.LiteralIndex.Place;
import java.util.List;

/**
 * Literals that are a whole text, or stand at one of its ends, by hash. Of a start or an end the first or last 1, 2, 4, 8,
 * 16 or 32 bytes are the key, as many as it has at least; so a text is asked at most six times for each end, and what shares
 * a key shares at least half of its bytes, up to 32.
 */
final class EdgeTable {
    private static final int WIDEST = 5;
    private static final int WHOLE_SEED = 1000;
    private static final int END_SEED = 100;
    private static final long LONG_LENGTHS = 1L << 63;

    private final LiteralPool literals;
    private final HashChains chains;
    private final long wholeLengths;
    private final int startWidths;
    private final int endWidths;

    EdgeTable(List<Literal> given) {
        literals = new LiteralPool(given);
        chains = new HashChains(given.size());
        long lengths = 0;
        int starts = 0;
        int ends = 0;
        for (int i = 0; i < given.size(); i++) {
            byte[] bytes = given.get(i).bytes();
            int width = width(bytes.length);
            switch (given.get(i).place()) {
                case START -> {
                    starts |= 1 << width;
                    chains.insert(startKey(bytes, 0, width), i);
                }
                case END -> {
                    ends |= 1 << width;
                    chains.insert(endKey(bytes, bytes.length, width), i);
                }
                case WHOLE -> {
                    lengths |= lengthBit(bytes.length);
                    chains.insert(Words.hash(bytes, 0, bytes.length, WHOLE_SEED), i);
                }
                case ANYWHERE -> throw new IllegalArgumentException("not at an edge");
            }
        }
        wholeLengths = lengths;
        startWidths = starts;
        endWidths = ends;
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
        for (int literal = chains.first(key); literal >= 0; literal = chains.next(literal)) {
            if (stands(literal, text, from, length)) {
                hits.add(literals.number(literal));
            }
        }
    }

    private boolean stands(int literal, byte[] text, int from, int length) {
        int own = literals.length(literal);
        int place = literals.place(literal);
        if (own > length || place == Place.WHOLE.ordinal() && own != length) {
            return false;
        }
        return literals.isAt(literal, text, place == Place.END.ordinal() ? from + length - own : from);
    }
}
