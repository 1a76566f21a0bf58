package dev.tocsin.index;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A question to the index.
 *
 * @param text Lucene query syntax over ECS field names; empty or {@code *} for everything
 * @param kind {@code event}, {@code alert} or {@code any}
 * @param customer only this one's, or null for all
 * @param from earliest event time, inclusive, or null
 * @param to latest event time, exclusive, or null
 * @param limit at most so many hits, newest first; 1 to 10,000
 */
public record SearchQuery(String text, String kind, @Nullable String customer, @Nullable Instant from,
        @Nullable Instant to, int limit) {
    public SearchQuery {
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("a limit is from 1 to 10000, not " + limit);
        }
    }
}
