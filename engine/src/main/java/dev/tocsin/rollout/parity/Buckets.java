package dev.tocsin.rollout.parity;

import dev.tocsin.event.EventId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The digests of two sides over ids and bodies, in a fixed number of buckets: by slice of time, and within it by the id. Buckets of
 * equal digests hold the same alerts; only the others are looked into. Owned by one thread.
 */
final class Buckets {
    /** Slices of the period. */
    static final int SLICES = 256;
    private static final int BITS = 8;
    private static final int COUNT = SLICES << BITS;
    /** Numbers of a bucket and side: count, xor and sum of both halves of the ids, sum over id and body. */
    private static final int WIDTH = 6;

    private final long[] sums = new long[2 * COUNT * WIDTH];

    private final long fromMillis;
    private final long sliceMillis;

    Buckets(Instant from, Instant to) {
        fromMillis = from.toEpochMilli();
        sliceMillis = Math.max(1, (to.toEpochMilli() - fromMillis + SLICES - 1) / SLICES);
    }

    /** @param millis in the period */
    int slice(long millis) {
        return (int) Math.clamp((millis - fromMillis) / sliceMillis, 0, SLICES - 1);
    }

    int bucket(long millis, EventId id) {
        return slice(millis) << BITS | (int) (id.low() >>> 64 - BITS);
    }

    /** The slice of a bucket. */
    static int sliceOf(int bucket) {
        return bucket >>> BITS;
    }

    /** Adds those of another one over the same period. */
    void add(Buckets other) {
        for (int i = 0; i < sums.length; i++) {
            int number = i % WIDTH;
            sums[i] = number == 1 || number == 2 ? sums[i] ^ other.sums[i] : sums[i] + other.sums[i];
        }
    }

    /** @param side 0 or 1 */
    void add(int side, long millis, EventId id, long body) {
        int at = (bucket(millis, id) * 2 + side) * WIDTH;
        sums[at]++;
        sums[at + 1] ^= id.high();
        sums[at + 2] ^= id.low();
        sums[at + 3] += id.high();
        sums[at + 4] += id.low();
        sums[at + 5] += AlertBody.mix(id.high() ^ body);
    }

    private boolean isEqual(int bucket) {
        int at = bucket * 2 * WIDTH;
        for (int i = 0; i < WIDTH; i++) {
            if (sums[at + i] != sums[at + WIDTH + i]) {
                return false;
            }
        }
        return true;
    }

    long records(int bucket) {
        return sums[bucket * 2 * WIDTH] + sums[(bucket * 2 + 1) * WIDTH];
    }

    /**
     * The buckets that differ, in parts of at most so many records each, if one bucket alone is not more.
     *
     * @return empty when the sides are equal
     */
    List<BitSet> differing(long recordsMax) {
        List<BitSet> parts = new ArrayList<>();
        BitSet part = new BitSet();
        long records = 0;
        for (int bucket = 0; bucket < COUNT; bucket++) {
            if (isEqual(bucket)) {
                continue;
            }
            if (records > 0 && records + records(bucket) > recordsMax) {
                parts.add(part);
                part = new BitSet();
                records = 0;
            }
            part.set(bucket);
            records += records(bucket);
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }
}
