package dev.tocsin.content;

import dev.tocsin.health.Metrics;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** How long content takes on its way from its author to the engines, stage by stage. Thread-safe. */
public final class LeadTimes {
    private final Map<Step, Metrics.Stopwatch> watches = new EnumMap<>(Step.class);

    /** From the first to the last. */
    public enum Step {
        /** Making the bundle of the files. */
        PACK,
        /** Lint and tests. */
        CHECK,
        /** Putting it into the log. */
        PUBLISH,
        /** From the announcement until an engine had the bundle. */
        FETCH,
        /** Reading and compiling. */
        COMPILE,
        /** Tests of what was compiled. */
        TEST,
        /** From when the change was first seen until it was in force. */
        TOTAL;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public LeadTimes(Metrics metrics) {
        for (Step step : Step.values()) {
            watches.put(step, metrics.timer("tocsin_content_lead_time_seconds",
                    "Time that content takes from its author to an engine", "stage", step.word()));
        }
    }

    void record(Step step, Duration took) {
        Metrics.Stopwatch watch = watches.get(step);
        if (watch != null) {
            watch.record(took.isNegative() ? Duration.ZERO : took);
        }
    }

    void since(Step step, long nanos) {
        record(step, Duration.ofNanos(System.nanoTime() - nanos));
    }
}
