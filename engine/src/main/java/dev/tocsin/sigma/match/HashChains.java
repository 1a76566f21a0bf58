package dev.tocsin.sigma.match;

import java.util.Arrays;

/** Numbers by hash. What shares 32 bits of its hash shares a chain, so whoever asks must compare. */
final class HashChains {
    private static final int NONE = -1;
    private static final int FILTER_BITS_EACH = 32;
    private static final long EMPTY = -1;
    private static final int MIXER = 0x9E3779B1;
    private static final long LOW = 0xffffffffL;

    /** The upper 32 bits of a hash, and the number at the head of its chain. */
    private final long[] table;
    private final int[] next;
    private final int shift;
    /** One bit of many for each hash: small enough to be near, it answers for most hashes that are not there. */
    private final long[] filter;
    private final int filterShift;

    /** @param size how many numbers there will be */
    HashChains(int size) {
        table = new long[Integer.highestOneBit(Math.max(8, size * 4))];
        Arrays.fill(table, EMPTY);
        next = new int[size];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(table.length);
        filter = new long[Integer.highestOneBit(Math.max(2, size * FILTER_BITS_EACH / Long.SIZE))];
        filterShift = Integer.SIZE - Integer.numberOfTrailingZeros(filter.length);
    }

    void insert(long hash, int number) {
        filter[word(hash)] |= bit(hash);
        int at = (int) (hash >>> shift);
        while (table[at] != EMPTY && table[at] >>> 32 != hash >>> 32) {
            at = at + 1 & table.length - 1;
        }
        next[number] = table[at] == EMPTY ? NONE : (int) table[at];
        table[at] = hash & ~LOW | number;
    }

    /** The head of the chain, or a negative number. */
    int first(long hash) {
        if ((filter[word(hash)] & bit(hash)) == 0) {
            return NONE;
        }
        int at = (int) (hash >>> shift);
        for (long entry = table[at]; entry != EMPTY; entry = table[at]) {
            if (entry >>> 32 == hash >>> 32) {
                return (int) entry;
            }
            at = at + 1 & table.length - 1;
        }
        return NONE;
    }

    private int word(long hash) {
        return (int) (hash >>> 32) * MIXER >>> filterShift;
    }

    private static long bit(long hash) {
        return 1L << (hash >>> 32);
    }

    /** What is behind it in its chain, or a negative number. */
    int next(int number) {
        return next[number];
    }
}
