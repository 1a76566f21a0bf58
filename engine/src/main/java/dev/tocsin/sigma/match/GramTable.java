package dev.tocsin.sigma.match;

import dev.tocsin.sigma.match.LiteralIndex.Literal;
import java.util.List;

/**
 * Literals that may stand anywhere, found by a gram: a few bytes of each, those that the fewest literals have. For each place
 * of a text a bit, chosen by a hash of the bytes there, says whether some literal's gram may be there; nearly always it is
 * not. No place waits for the one before, as it does in an automaton, so the processor works on several at once.
 *
 * <p>Grams are of four bytes; where there are thousands of literals those of eight bytes and more have grams of eight, which
 * are told apart after their first four were found. A gram that is found leads to a chain of literals, which are compared byte by byte.
 * Characters that are not ASCII may be shorter; texts that are all ASCII, as most are, are not searched for them.
 */
final class GramTable {
    private static final int NONE = -1;
    private static final int LONG = 8;
    static final int MIDDLE = 4;
    /** Fewer long literals than this do without a filter of their own. */
    private static final int LONGS_MIN = 2000;
    private static final int SHORT = 2;
    private static final long SHORT_MASK = 0xffff;
    private static final long MIDDLE_MASK = 0xffffffffL;
    private static final long MIXER = 0x9E3779B97F4A7C15L;
    /** A filter has so many bits for each literal: of so many places one is looked at for nothing. */
    private static final int BITS_EACH = 64;
    private static final int BITS_MIN = 1 << 9;
    /** So many places of a text are filtered before those that passed are looked at. */
    static final int STRETCH = 256;
    private static final int BITS_MAX = 1 << 24;
    private static final long[] NOTHING = {0};

    private final LiteralPool literals;
    /** Of each literal where in it its gram is. */
    private final int[] offsets;
    private final long[] shortBits;
    /** Of all grams but the short ones, by their first four bytes. */
    private final long[] bits;
    private final int shift;
    /** Literals of so many bytes have long grams. */
    private final int longFrom;
    private final boolean hasMiddle;
    private final boolean hasLong;
    private final HashChains chains;

    private GramTable(List<Literal> given, GramCounts counts) {
        literals = new LiteralPool(given);
        offsets = new int[given.size()];
        chains = new HashChains(given.size());
        long longs = given.stream().filter(l -> l.bytes().length >= LONG).count();
        hasLong = longs >= LONGS_MIN;
        longFrom = hasLong ? LONG : Integer.MAX_VALUE;
        hasMiddle = given.stream().anyMatch(l -> gram(l.bytes().length) == MIDDLE);
        bits = filter(given.stream().filter(l -> gram(l.bytes().length) != SHORT).count());
        shift = shift(bits);
        shortBits = new long[given.stream().anyMatch(l -> l.bytes().length < MIDDLE) ? 1 << 10 : 0];
        for (int i = 0; i < given.size(); i++) {
            insert(i, given.get(i).bytes(), counts);
        }
    }

    /** @param literals each of at least one byte */
    static GramTable of(List<Literal> literals, GramCounts counts) {
        return new GramTable(literals, counts);
    }

    private int gram(int length) {
        return length >= longFrom ? LONG : length >= MIDDLE ? MIDDLE : SHORT;
    }

    private static long[] filter(long literals) {
        return literals == 0
                ? NOTHING
                : new long[Integer.highestOneBit(Math.clamp(literals * BITS_EACH, BITS_MIN, BITS_MAX)) >> 6];
    }

    private static int shift(long[] words) {
        return Long.SIZE - Integer.numberOfTrailingZeros(Math.max(2, words.length));
    }

    private void insert(int literal, byte[] bytes, GramCounts counts) {
        int gram = gram(bytes.length);
        int offset = counts.rarest(bytes, gram);
        offsets[literal] = offset;
        long word = Words.atMost(bytes, offset, Math.min(bytes.length, offset + LONG));
        switch (gram) {
            case LONG -> {
                bits[(int) (middleHash(word) >>> shift)] |= bits(middleHash(word));
                chains.insert(longHash(word), literal);
            }
            case MIDDLE -> {
                bits[(int) (middleHash(word) >>> shift)] |= bits(middleHash(word));
                chains.insert(middleHash(word), literal);
            }
            default -> {
                int pair = (int) (word & SHORT_MASK);
                shortBits[pair >> 6] |= 1L << pair;
                chains.insert(pairHash(pair), literal);
            }
        }
    }

    /** Two of the 64 bits of a word of the filter: a place must have both. */
    private static long bits(long hash) {
        return 1L << (hash >>> 34) | 1L << (hash >>> 40);
    }

    private static long longHash(long word) {
        return word * MIXER;
    }

    private static long middleHash(long word) {
        return (word & MIDDLE_MASK) * MIXER;
    }

    private static long pairHash(long word) {
        return Words.mix(SHORT, word & SHORT_MASK);
    }

    void find(byte[] text, int from, int length, boolean ascii, Hits hits) {
        int end = from + length;
        if (!ascii && shortBits.length > 0) {
            findShort(text, from, end, hits);
        }
        if (hasMiddle || hasLong) {
            int last = end - (hasMiddle ? MIDDLE : LONG);
            for (int i = from; i <= last; i += STRETCH) {
                int count = filter(text, i, Math.min(i + STRETCH - 1, last), hits.places);
                for (int k = 0; k < count; k++) {
                    int at = hits.places[k];
                    long word = Words.at(text, at);
                    if (hasMiddle) {
                        check(middleHash(word), text, at, from, end, hits);
                    }
                    if (hasLong) {
                        check(longHash(word), text, at, from, end, hits);
                    }
                }
            }
        }
    }

    private void findShort(byte[] text, int from, int end, Hits hits) {
        long[] filter = shortBits;
        for (int i = from; i < end - 1; i++) {
            int pair = (text[i + 1] & 0xff) << 8 | text[i] & 0xff;
            if ((filter[pair >> 6] >>> pair & 1) != 0) {
                check(pairHash(pair), text, i, from, end, hits);
            }
        }
    }

    /**
     * Puts down the places that have both bits and says how many there are, without branches, so that nothing is guessed
     * wrong. Up to three places behind the last may be among them.
     */
    private int filter(byte[] text, int from, int last, int[] places) {
        long[] filter = this.bits;
        int shift = this.shift;
        int count = 0;
        for (int i = from; i <= last; i += 4) {
            long word = Words.at(text, i);
            long first = middleHash(word);
            places[count] = i;
            count += passes(bits(first) & ~filter[(int) (first >>> shift)]);
            long second = middleHash(word >>> 8);
            places[count] = i + 1;
            count += passes(bits(second) & ~filter[(int) (second >>> shift)]);
            long third = middleHash(word >>> 16);
            places[count] = i + 2;
            count += passes(bits(third) & ~filter[(int) (third >>> shift)]);
            long fourth = middleHash(word >>> 24);
            places[count] = i + 3;
            count += passes(bits(fourth) & ~filter[(int) (fourth >>> shift)]);
        }
        return count;
    }

    private static int passes(long missing) {
        return missing == 0 ? 1 : 0;
    }

    /** A literal that merely shares the hash is told apart by its bytes. */
    private void check(long hash, byte[] text, int at, int from, int end, Hits hits) {
        for (int literal = chains.first(hash); literal != NONE; literal = chains.next(literal)) {
            int start = at - offsets[literal];
            if (start >= from && start + literals.length(literal) <= end && !hits.has(literals.number(literal))
                    && literals.isAt(literal, text, start)) {
                hits.add(literals.number(literal));
            }
        }
    }
}
