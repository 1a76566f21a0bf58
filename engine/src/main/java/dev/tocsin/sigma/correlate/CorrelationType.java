package dev.tocsin.sigma.correlate;

import java.util.Locale;

/** What is looked for in a group; the {@code x_} types are our extensions, in meaning those of ElastAlert. */
public enum CorrelationType {
    EVENT_COUNT,
    VALUE_COUNT,
    TEMPORAL,
    TEMPORAL_ORDERED,
    VALUE_SUM,
    VALUE_AVG,
    VALUE_PERCENTILE,
    VALUE_MEDIAN,
    /** Another value of the field than the last time. */
    X_CHANGE,
    /** Many more, or fewer, matches than in the timespan before. */
    X_SPIKE,
    /** Fewer matches than a threshold, for a group that had some. */
    X_FLATLINE,
    /** A value not seen for a timespan. */
    X_NEW_TERM,
    /** How many of the second rule's events match the first, too. */
    X_PERCENTAGE;

    /** As it stands in a rule. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a match without a value of the field means nothing. */
    public boolean needsField() {
        return switch (this) {
            case VALUE_COUNT, VALUE_SUM, VALUE_AVG, VALUE_PERCENTILE, VALUE_MEDIAN, X_CHANGE, X_NEW_TERM -> true;
            case EVENT_COUNT, TEMPORAL, TEMPORAL_ORDERED, X_SPIKE, X_FLATLINE, X_PERCENTAGE -> false;
        };
    }

    /** Whether it matters which of the referenced rules matched. */
    public boolean tellsRulesApart() {
        return this == TEMPORAL || this == TEMPORAL_ORDERED || this == X_PERCENTAGE;
    }

    public boolean isTemporal() {
        return this == TEMPORAL || this == TEMPORAL_ORDERED;
    }

    public boolean isExtension() {
        return ordinal() >= X_CHANGE.ordinal();
    }
}
