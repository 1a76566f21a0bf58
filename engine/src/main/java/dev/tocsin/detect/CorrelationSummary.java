package dev.tocsin.detect;

import dev.tocsin.sigma.correlate.CorrelationRule;
import dev.tocsin.sigma.correlate.Firing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One sentence for people about what a correlation found. */
final class CorrelationSummary {
    private CorrelationSummary() {
    }

    static String of(Firing firing) {
        CorrelationRule rule = firing.rule();
        String within = " within " + text(Duration.ofMillis(rule.timespanMillis()));
        String field = String.join(" and ", rule.fields());
        String measure = firing.measure();
        String what = switch (rule.type()) {
            case EVENT_COUNT -> rule.isAbsence() ? "nothing came any more" + within : measure + " matches" + within;
            case VALUE_COUNT -> measure + " values of " + field + within;
            case TEMPORAL -> measure + within;
            case TEMPORAL_ORDERED -> measure + " in this order" + within;
            case VALUE_SUM -> field + " sums up to " + measure + within;
            case VALUE_AVG -> field + " is " + measure + " on average" + within;
            case VALUE_MEDIAN -> "the median of " + field + " is " + measure + within;
            case VALUE_PERCENTILE -> rule.percentile() == null
                    ? measure + " rare values of " + field + within
                    : "the percentile " + rule.percentile() + " of " + field + " is " + measure + within;
            case X_CHANGE -> field + " changed to " + measure;
            case X_SPIKE -> measure + " matches" + within;
            case X_FLATLINE -> "only " + measure + " matches" + within;
            case X_NEW_TERM -> field + " has a new value: " + measure;
            case X_PERCENTAGE -> measure + " % of the events" + within;
        };
        List<String> group = new ArrayList<>();
        for (int i = 0; i < rule.groupBy().size(); i++) {
            group.add(rule.groupBy().get(i) + " "
                    + Objects.requireNonNullElse(firing.group().values().get(i), "(none)"));
        }
        return rule.head().title() + ": " + what + (group.isEmpty() ? "" : ", " + String.join(", ", group));
    }

    private static String text(Duration span) {
        long seconds = span.toSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + " d";
        }
        return seconds % 3_600 == 0
                ? seconds / 3_600 + " h"
                : seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
