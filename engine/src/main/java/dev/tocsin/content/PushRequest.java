package dev.tocsin.content;

import dev.tocsin.log.EngineStages;
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
            if (!engine.equals("*")) {
                EngineStages.requireName(engine);
            }
        }
    }
}
