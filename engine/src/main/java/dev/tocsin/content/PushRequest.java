package dev.tocsin.content;

import java.time.Instant;
import java.util.List;

/**
 * What is wanted of a push.
 *
 * @param engines names, or {@code *} for all
 * @param who and why, for the history
 * @param keepGood whether the good rules go live when others are refused
 * @param dryRun only check
 * @param seen when the change was first seen
 * @param onlyNew do nothing if it is what this one announced last, though somebody has gone back from it since
 */
public record PushRequest(List<String> engines, String who, String why, boolean keepGood, boolean dryRun,
        Instant seen, boolean onlyNew) {
    public PushRequest {
        engines = engines.isEmpty() ? List.of("*") : List.copyOf(engines);
        for (String engine : engines) {
            if (!engine.matches("\\*|[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}")) {
                throw new IllegalArgumentException("an engine has 1 to 64 letters, digits, dots, dashes: \"" + engine
                        + "\"");
            }
        }
    }
}
