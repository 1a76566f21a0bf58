package dev.tocsin.sigma.match;

import dev.tocsin.sigma.match.LiteralIndex.Literal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Literals that may stand anywhere, found by a gram: a few bytes of each, those that the fewest of the literals have. For each
 * place of a text one bit, chosen by a hash of the bytes there, says whether some literal's gram may be there; nearly always
 * it is not. No place waits for the one before, as in an automaton, so the processor works on several at once.
 */
final class GramTable {
    private static final int NONE = -1;
    private static final int GRAM_MAX = 8;
    private static final long MIXER = 0x9E3779B97F4A7C15L;
    /** Bits for each literal: one place in so many is looked at for nothing. */
    private static final int BITS_EACH = 64;
    private static final int BITS_MIN = 1 << 9;
    private static final int BITS_MAX = 1 << 24;

    private final int gram;
    private final long gramMask;
    private final byte[][] literals;
    private final int[] numbers;
    private final int[] offsets;
    private final int[] next;
    private final long[] bits;
    private final int bitShift;
    private final long[] keys;
    private final int[] firsts;
    private final int tableShift;

    private GramTable(List<Literal> given) {
        int count = given.size();
        gram = Math.min(GRAM_MAX, given.stream().mapToInt(l -> l.bytes().length).min().orElse(1));
        gramMask = gram == GRAM_MAX ? -1L : Words.first(gram);
        literals = new byte[count][];
        numbers = new int[count];
        offsets = new int[count];
        next = new int[count];
        int bitCount = Integer.highestOneBit(Math.clamp((long) count * BITS_EACH, BITS_MIN, BITS_MAX));
        bits = new long[bitCount >> 6];
        bitShift = Long.SIZE - Integer.numberOfTrailingZeros(bitCount);
        int size = Integer.highestOneBit(Math.max(4, count * 4));
        keys = new long[size];
        firsts = new int[size];
        Arrays.fill(firsts, NONE);
        tableShift = Long.SIZE - Integer.numberOfTrailingZeros(size);
        Map<Long, Integer> often = new HashMap<>();
        for (Literal literal : given) {
            for (int i = 0; i + gram <= literal.bytes().length; i++) {
                often.merge(gramAt(literal.bytes(), i), 1, Integer::sum);
            }
        }
        for (int i = 0; i < count; i++) {
            literals[i] = given.get(i).bytes();
            numbers[i] = given.get(i).number();
            offsets[i] = rarest(literals[i], often);
            insert(i, gramAt(literals[i], offsets[i]));
        }
    }

    /** @param literals not empty, each of at least one byte */
    static GramTable of(List<Literal> literals) {
        return new GramTable(literals);
    }

    private long gramAt(byte[] bytes, int at) {
        return Words.atMost(bytes, at, at + gram);
    }

    private int rarest(byte[] literal, Map<Long, Integer> often) {
        int best = 0;
        int bestCount = Integer.MAX_VALUE;
        for (int i = 0; i + gram <= literal.length; i++) {
            int count = often.getOrDefault(gramAt(literal, i), 0);
            if (count < bestCount) {
                best = i;
                bestCount = count;
            }
        }
        return best;
    }

    private void insert(int literal, long key) {
        long hash = key * MIXER;
        int bit = (int) (hash >>> bitShift);
        bits[bit >> 6] |= 1L << bit;
        int at = (int) (hash >>> tableShift);
        while (firsts[at] != NONE && keys[at] != key) {
            at = at + 1 & firsts.length - 1;
        }
        keys[at] = key;
        next[literal] = firsts[at];
        firsts[at] = literal;
    }

    void find(byte[] text, int from, int length, Hits hits) {
        int last = from + length - gram;
        long[] filter = bits;
        long mask = gramMask;
        int shift = bitShift;
        for (int i = from; i <= last; i++) {
            long hash = (Words.at(text, i) & mask) * MIXER;
            int bit = (int) (hash >>> shift);
            if ((filter[bit >> 6] >>> bit & 1) != 0) {
                check(hash, text, i, from, from + length, hits);
            }
        }
    }

    private void check(long hash, byte[] text, int at, int from, int end, Hits hits) {
        long key = Words.at(text, at) & gramMask;
        int place = (int) (hash >>> tableShift);
        while (firsts[place] != NONE) {
            if (keys[place] == key) {
                for (int literal = firsts[place]; literal != NONE; literal = next[literal]) {
                    byte[] bytes = literals[literal];
                    int start = at - offsets[literal];
                    if (start >= from && start + bytes.length <= end && !hits.has(numbers[literal])
                            && Arrays.equals(bytes, 0, bytes.length, text, start, start + bytes.length)) {
                        hits.add(numbers[literal]);
                    }
                }
                return;
            }
            place = place + 1 & firsts.length - 1;
        }
    }
}
