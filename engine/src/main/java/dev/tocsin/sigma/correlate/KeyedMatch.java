package dev.tocsin.sigma.correlate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A match on its way to the group of a correlation that wants it.
 *
 * @param correlation the correlation's digest ({@link CorrelationSet.Plan#digest}): its id and what it means
 * @param rule number of the rule that matched, as the correlation lists them; 0 where that does not matter
 * @param event the event's id, or the alert's where a correlation fired
 * @param value of the field that is looked at; null where none is
 * @param carried values that correlations above this one need, in the order of {@link CorrelationSet.Plan#carried}
 * @param stamp a number that the caller gives the match, and gets back as {@link Firing#stamp}; not negative
 */
public record KeyedMatch(String correlation, int rule, MatchId event, long timeMillis, GroupKey group,
        @Nullable String value, List<@Nullable String> carried, int stamp) {
    public KeyedMatch(String correlation, int rule, MatchId event, long timeMillis, GroupKey group,
            @Nullable String value, List<@Nullable String> carried) {
        this(correlation, rule, event, timeMillis, group, value, carried, 0);
    }

    /** The same with that stamp. */
    public KeyedMatch stamped(int number) {
        return new KeyedMatch(correlation, rule, event, timeMillis, group, value, carried, number);
    }
}
