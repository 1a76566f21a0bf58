package dev.tocsin.sigma.correlate;

/** What becomes of a match that lacks a field of {@code group-by}; the key {@code x_missing_group}. */
public enum MissingGroup {
    /** "Has no value" is a value like others: such matches are a group of their own. The default. */
    OWN,
    /** It does not count. */
    DROP
}
