package dev.tocsin.source.api;

import java.time.Instant;
import java.util.Map;

/**
 * A stretch of the vendor's time, frozen: it does not move while its pages are read.
 *
 * @param since inclusive
 * @param until exclusive
 * @param filter parameters that narrow it further; mostly empty
 */
record Window(Instant since, Instant until, Map<String, String> filter) {
    Window {
        filter = Map.copyOf(filter);
        if (!since.isBefore(until)) {
            throw new IllegalArgumentException("an empty window: " + since + " to " + until);
        }
    }

    static Window of(Instant since, Instant until) {
        return new Window(since, until, Map.of());
    }
}
