package dev.tocsin.source.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a poller stands, for people.
 *
 * @param reason what is wrong and what happens now; empty when nothing is
 * @param watermark events before it were read, but for late ones; empty before the first window
 */
public record ApiStatus(State state, String reason, Optional<Instant> watermark, Duration lag) {
    /** Waiting is the time between two polls, and before the first. */
    public enum State {
        RUNNING,
        DEGRADED,
        WAITING
    }
}
