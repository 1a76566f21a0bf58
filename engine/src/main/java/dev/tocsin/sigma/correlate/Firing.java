package dev.tocsin.sigma.correlate;

import java.util.List;

/**
 * A correlation found what it looks for.
 *
 * @param id made of the rule's id and the ids of {@code events}; where it fired because something did not come, of the
 *         rule's id, the group and the time
 * @param timeMillis event time of the last match that made it fire, or when the window closed
 * @param events all that made it fire, in the order of their time
 * @param measure what was compared with the condition: a count, a sum, the rules that matched
 * @param silent whether it only feeds other correlations and raises no alert
 * @param stamp the largest of the matches that made it fire; where something did not come, of those that it was missed after
 * @param onward the same as matches for the correlations that name this one
 */
public record Firing(CorrelationRule rule, MatchId id, GroupKey group, long timeMillis, List<MatchId> events,
        String measure, boolean silent, int stamp, List<KeyedMatch> onward) {
    public Firing {
        events = List.copyOf(events);
        onward = List.copyOf(onward);
    }
}
