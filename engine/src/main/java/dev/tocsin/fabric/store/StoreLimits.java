package dev.tocsin.fabric.store;

/**
 * What a store takes.
 *
 * @param keysMax how many keys
 * @param valueBytesMax the largest value, and the largest key, as broker-bin-v1
 */
public record StoreLimits(long keysMax, int valueBytesMax) {
    public static final StoreLimits DEFAULT = new StoreLimits(100_000_000, 8 << 20);
}
