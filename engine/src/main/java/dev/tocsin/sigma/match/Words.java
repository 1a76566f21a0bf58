package dev.tocsin.sigma.match;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes at a time, the first one lowest. A mask has 0x80 in each byte that is meant. */
final class Words {
    static final long HIGHS = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long MIXER = 0x9E3779B97F4A7C15L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Words() {
    }

    /** The array must have eight bytes from there. */
    static long at(byte[] bytes, int from) {
        return (long) LONGS.get(bytes, from);
    }

    static void put(byte[] bytes, int at, long word) {
        LONGS.set(bytes, at, word);
    }

    /** As {@link #at}, with zeros for what is behind {@code end}. */
    static long atMost(byte[] bytes, int from, int end) {
        if (from + 8 <= bytes.length) {
            long word = at(bytes, from);
            int left = end - from;
            return left >= 8 ? word : word & first(left);
        }
        long word = 0;
        for (int i = Math.min(end, from + 8) - 1; i >= from; i--) {
            word = word << 8 | bytes[i] & 0xff;
        }
        return word;
    }

    /** A word of ones in the first bytes, zeros in the others; 0 to 7 bytes. */
    static long first(int bytes) {
        return (1L << (bytes << 3)) - 1;
    }

    /**
     * Quotes, backslashes, control characters and bytes of non-ASCII characters in a JSON text. Exact up to the lowest; above
     * it there may be bytes that only look so.
     */
    static long specials(long word) {
        long quotes = word ^ QUOTES;
        long backslashes = word ^ BACKSLASHES;
        return (quotes - ONES & ~quotes | backslashes - ONES & ~backslashes | word - 0x20 * ONES | word) & HIGHS;
    }

    /** A to Z as a to z; bytes of non-ASCII characters come out as they are. */
    static long lower(long word) {
        long sevens = word & ~HIGHS;
        long fromA = sevens + (0x80 - 'A') * ONES;
        long overZ = sevens + (0x7f - 'Z') * ONES;
        return word | (fromA & ~overZ & ~word & HIGHS) >>> 2;
    }

    static long mix(long hash, long word) {
        long mixed = (hash ^ word) * MIXER;
        return mixed ^ mixed >>> 32;
    }

    /** The end of a hash over whole words: what is left, fewer than eight bytes, and how long it all is. */
    static long finish(long hash, long rest, int length) {
        return mix(mix(hash, rest), length);
    }

    /** Over all bytes of a range. */
    static long hash(byte[] bytes, int from, int end, long seed) {
        long hash = seed;
        int at = from;
        for (; at + 8 <= end; at += 8) {
            hash = mix(hash, at(bytes, at));
        }
        return finish(hash, at < end ? atMost(bytes, at, end) : 0, end - from);
    }
}
