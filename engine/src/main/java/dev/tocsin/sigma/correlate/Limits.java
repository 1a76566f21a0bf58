package dev.tocsin.sigma.correlate;

/**
 * How much may be remembered.
 *
 * @param groupsMax groups of all correlations
 * @param bytesMax estimated memory of all matches
 */
public record Limits(int groupsMax, long bytesMax) {
    public static final Limits DEFAULT = new Limits(1_000_000, 512L << 20);

    public Limits {
        if (groupsMax < 1 || bytesMax < 1) {
            throw new IllegalArgumentException("limits are positive: " + groupsMax + ", " + bytesMax);
        }
    }
}
