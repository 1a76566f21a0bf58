package dev.tocsin.sigma.match;

/**
 * How often four bytes stand in the literals of a rule set. What many rules name, such as {@code .exe} or {@code windows}, is
 * also what many events have; so the rarest gram of a literal is the one by which to look for it. By hash: counts may be too
 * high.
 */
final class GramCounts {
    private static final int FOUR = 4;
    private static final int SIZE_BITS = 18;

    private final int[] counts = new int[1 << SIZE_BITS];

    void add(byte[] literal) {
        for (int i = 0; i + FOUR <= literal.length; i++) {
            counts[slot(literal, i)]++;
        }
    }

    private static int slot(byte[] literal, int at) {
        return (int) Words.atMost(literal, at, at + FOUR) * 0x9E3779B1 >>> Integer.SIZE - SIZE_BITS;
    }

    /** Where in the literal its rarest gram of that length is. */
    int rarest(byte[] literal, int gram) {
        int best = 0;
        long bestCount = Long.MAX_VALUE;
        for (int i = 0; i + gram <= literal.length; i++) {
            long count = count(literal, i, gram);
            if (count < bestCount) {
                best = i;
                bestCount = count;
            }
        }
        return best;
    }

    /** As rare as its first four bytes; of equals the one with the rarer rest. */
    private long count(byte[] literal, int at, int gram) {
        if (gram < FOUR) {
            return 0;
        }
        long sum = 0;
        for (int i = at; i + FOUR <= at + gram; i++) {
            sum += counts[slot(literal, i)];
        }
        return (long) counts[slot(literal, at)] << 32 | sum;
    }
}
