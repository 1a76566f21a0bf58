package dev.tocsin.log;

import dev.tocsin.event.EventId;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which of what was withheld is meant. What is empty is all.
 *
 * @param undecided only what nobody decided about
 * @param since time from which, included
 * @param until time to which, not included
 */
public record ShadowQuery(String engine, String customer, Set<EventId> ids, boolean undecided, Instant since,
        Instant until) implements Predicate<ShadowEntry> {
    public ShadowQuery {
        ids = Set.copyOf(ids);
    }

    @Override
    public boolean test(ShadowEntry entry) {
        return (engine.isEmpty() || engine.equals(entry.engine()))
                && (customer.isEmpty() || customer.equals(entry.customer()))
                && (ids.isEmpty() || ids.contains(entry.id())) && !(undecided && entry.decided())
                && !entry.time().isBefore(since) && entry.time().isBefore(until);
    }
}
