package dev.tocsin.sigma.match;

import java.util.Arrays;

/** Numbers by hash. What shares 32 bits of its hash shares a chain, so whoever asks must compare. */
final class HashChains {
    private static final int NONE = -1;
    private static final long EMPTY = -1;
    private static final long LOW = 0xffffffffL;

    /** The upper 32 bits of a hash, and the number at the head of its chain. */
    private final long[] table;
    private final int[] next;
    private final int shift;

    /** @param size how many numbers there will be */
    HashChains(int size) {
        table = new long[Integer.highestOneBit(Math.max(8, size * 4))];
        Arrays.fill(table, EMPTY);
        next = new int[size];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(table.length);
    }

    void insert(long hash, int number) {
        int at = (int) (hash >>> shift);
        while (table[at] != EMPTY && table[at] >>> 32 != hash >>> 32) {
            at = at + 1 & table.length - 1;
        }
        next[number] = table[at] == EMPTY ? NONE : (int) table[at];
        table[at] = hash & ~LOW | number;
    }

    /** The head of the chain, or a negative number. */
    int first(long hash) {
        int at = (int) (hash >>> shift);
        for (long entry = table[at]; entry != EMPTY; entry = table[at]) {
            if (entry >>> 32 == hash >>> 32) {
                return (int) entry;
            }
            at = at + 1 & table.length - 1;
        }
        return NONE;
    }

    /** What is behind it in its chain, or a negative number. */
    int next(int number) {
        return next[number];
    }
}
