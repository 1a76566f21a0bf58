package dev.tocsin.sigma.correlate;

import java.util.HexFormat;

/** The 128-bit id of an event or alert, compared as unsigned numbers. Text form: 32 hexadecimal digits. */
public record MatchId(long high, long low) implements Comparable<MatchId> {
    private static final HexFormat HEX = HexFormat.of();

    /** @throws IllegalArgumentException when the text is not 32 hexadecimal digits */
    public static MatchId parse(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("an id has 32 hexadecimal digits, not " + text.length());
        }
        return new MatchId(HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, 32));
    }

    @Override
    public int compareTo(MatchId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }
}
