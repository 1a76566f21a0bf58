package dev.tocsin.sigma.correlate;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An event that a detection rule matched.
 *
 * @param ruleId the rule's
 * @param event the event's id; one event may match several rules
 * @param timeMillis event time, since 1970
 * @param customer whose it is; groups never mix customers
 * @param field the value that the event has under the name of a field as rules name it; null when it has none. Several
 *         values are one text, joined by the caller
 */
public record RuleMatch(String ruleId, MatchId event, long timeMillis, String customer,
        Function<String, @Nullable String> field) {
}
