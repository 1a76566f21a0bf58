package dev.tocsin.sigma.correlate;

/** What happens to a group after it fired; the key {@code x_rearm}. */
public enum Rearm {
    /** The matches that made it fire are used up; the next window begins after them. The default. */
    CONSUME,
    /** As {@code consume}, and matches of the following timespan are not looked at. */
    TIMESPAN,
    /** Nothing is used up: every further match at which the condition holds fires again. */
    SLIDING
}
