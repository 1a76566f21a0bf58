package dev.tocsin.sigma.correlate;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The settings of our own correlation types. */
public sealed interface Extension {
    /** Of all the others. */
    record None() implements Extension {
    }

    /** Which way a spike may go. */
    enum SpikeType {
        UP,
        DOWN,
        BOTH
    }

    /**
     * @param height how many times as many as in the timespan before, or as few
     * @param referenceMin at least so many in the timespan before
     * @param currentMin at least so many in the current timespan
     */
    record Spike(SpikeType direction, BigDecimal height, long referenceMin, long currentMin) implements Extension {
    }

    /** @param threshold fires with fewer matches than this in a timespan */
    record Flatline(long threshold) implements Extension {
    }

    /**
     * @param learnMillis for so long after a group's first match its values are learnt and nothing fires
     * @param termsMax so many values of a group are remembered
     */
    record NewTerm(long learnMillis, int termsMax) implements Extension {
    }

    /**
     * @param min fires below this percentage
     * @param max fires above this percentage
     * @param denominatorMin at least so many events of the second rule
     */
    record Percentage(@Nullable BigDecimal min, @Nullable BigDecimal max, long denominatorMin) implements Extension {
    }
}
