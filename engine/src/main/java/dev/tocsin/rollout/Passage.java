package dev.tocsin.rollout;

/** What a gate says. */
public enum Passage {
    OPEN,
    /** Somebody decided so. */
    CLOSED,
    /** It could not be decided, or nobody has: what comes is kept, and a person should look. */
    HELD
}
