package dev.tocsin.rollout.logic;

import java.nio.charset.StandardCharsets;

/** Where a text stands among all texts. */
public final class Shares {
    private Shares() {
    }

    /** From 0 to 999, the same for a text everywhere and always. */
    public static int mille(String text) {
        return (int) (Integer.toUnsignedLong(Buckets.hash(text.getBytes(StandardCharsets.UTF_8))) * 1000 >>> 32);
    }
}
