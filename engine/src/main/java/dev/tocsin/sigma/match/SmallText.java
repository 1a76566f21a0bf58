package dev.tocsin.sigma.match;

import java.util.Arrays;

/**
 * A text too short for an index, looked for by its rarest byte, eight bytes of the other text at a time. What is rare is
 * guessed: letters, digits, blanks and what stands in paths are common; carets, backticks and the like are not. Immutable.
 */
public final class SmallText {
    private static final long ONES = 0x0101010101010101L;
    private static final String COMMON = "et aoinsrldcupmhgfy.\\/-\"'()={}:_,;$0123456789bvwkxjqz[]<>|+*%&#!?@~^`";

    /** A single byte is worth looking for from here on. */
    private static final int RARE = COMMON.indexOf('<');

    private final byte[] bytes;
    private final int anchor;
    private final long anchors;

    /** @param folded if empty, it is in every text */
    public SmallText(byte[] folded) {
        bytes = folded.clone();
        if (bytes.length == 0) {
            anchor = 0;
            anchors = 0;
            return;
        }
        int best = 0;
        for (int i = 1; i < bytes.length; i++) {
            if (rarity(bytes[i]) > rarity(bytes[best])) {
                best = i;
            }
        }
        anchor = best;
        anchors = (bytes[best] & 0xff) * ONES;
    }

    private static int rarity(byte b) {
        int place = COMMON.indexOf(b);
        return place < 0 ? COMMON.length() : place;
    }

    /** How rare its rarest byte is, compared with that of others; zero for what is nearly everywhere. */
    public static int rarity(byte[] folded) {
        int most = -1;
        for (byte b : folded) {
            most = Math.max(most, rarity(b));
        }
        return folded.length > 1 || most >= RARE ? most : 0;
    }

    /** @param text at least eight bytes may be read from each place of the range */
    boolean isIn(byte[] text, int from, int end) {
        if (bytes.length == 0) {
            return true;
        }
        int last = end - bytes.length + anchor;
        for (int i = from + anchor; i <= last; i += 8) {
            long word = Words.at(text, i) ^ anchors;
            // Exact up to the lowest; above it there may be bytes that only look so.
            for (long found = word - ONES & ~word & Words.HIGHS; found != 0; found &= found - 1) {
                int at = i + (Long.numberOfTrailingZeros(found) >>> 3) - anchor;
                if (at + bytes.length > end) {
                    return false;
                }
                if (Arrays.equals(text, at, at + bytes.length, bytes, 0, bytes.length)) {
                    return true;
                }
            }
        }
        return false;
    }
}
