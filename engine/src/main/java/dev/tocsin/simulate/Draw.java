package dev.tocsin.simulate;

/**
 * Randomness without a state: the same (seed, purpose, number) always draws the same.
 *
 * <p>Two rounds of the finalizer of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
 * 2014), which is a bijection of 64 bits, so that numbers of one purpose never draw the same bits.
 */
final class Draw {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    private Draw() {
    }

    /** 64 even bits. */
    static long bits(long seed, Purpose purpose, long number) {
        return mix(mix(seed + (purpose.ordinal() + 1) * GOLDEN) + number * GOLDEN);
    }

    /** From 0, inclusive, to 1, exclusive. */
    static double unit(long seed, Purpose purpose, long number) {
        return (bits(seed, purpose, number) >>> 11) * UNIT;
    }

    /** From 0 to {@code below - 1}. */
    static int below(int below, long seed, Purpose purpose, long number) {
        return (int) (unit(seed, purpose, number) * below);
    }

    /** From {@code min} to {@code max}. */
    static long between(long min, long max, double unit) {
        return max <= min ? min : min + (long) (unit * (max - min));
    }

    private static long mix(long bits) {
        long z = bits;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** What is drawn for; one never shifts the other. New ones stand last, or every seed means something else. */
    enum Purpose {
        ID_HIGH,
        ID_LOW,
        SLOT,
        DELAY,
        LATE,
        LATENESS,
        TYPE,
        FIELDS,
        KEY,
        TOKEN,
        TIMEOUT,
        ERROR,
        ERROR_STATUS,
        FORBIDDEN,
        LIMIT,
        LIMIT_FORM,
        LATENCY,
        TRUNCATE,
        CUT,
        REPEAT,
        NEXT_MISSING,
        NEXT_LOOPS
    }
}
