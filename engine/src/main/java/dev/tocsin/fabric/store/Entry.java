package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import java.util.Objects;

/**
 * What stands under a key.
 *
 * @param revision of the store when the key was last modified; 1 or more
 * @param spanMillis after how long without modification it expires; 0 for never
 * @param dueMillis when that will be, as milliseconds since 1970; 0 for never
 * @param hash of key and all of this, a summand of the store's digest
 */
public record Entry(Value value, long revision, long spanMillis, long dueMillis, long hash) {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    public Entry {
        Objects.requireNonNull(value);
    }

    static Entry of(Value key, Value value, long revision, long spanMillis, long dueMillis) {
        long hash = fnv(fnv(FNV_OFFSET, BinValues.write(key)), BinValues.write(value));
        hash = mixed(mixed(mixed(hash) + revision) + dueMillis) + spanMillis;
        return new Entry(value, revision, spanMillis, dueMillis, mixed(hash));
    }

    boolean isDue(long nowMillis) {
        return dueMillis != 0 && dueMillis <= nowMillis;
    }

    private static long fnv(long start, byte[] bytes) {
        long hash = start;
        for (byte b : bytes) {
            hash = (hash ^ b & 0xff) * FNV_PRIME;
        }
        return hash;
    }

    /** Spreads each bit over all, so that sums of hashes tell different sets apart (Stafford's variant 13). */
    private static long mixed(long hash) {
        long mix = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        mix = (mix ^ mix >>> 27) * 0x94d049bb133111ebL;
        return mix ^ mix >>> 31;
    }
}
