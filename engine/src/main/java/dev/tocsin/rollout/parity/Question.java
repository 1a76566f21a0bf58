package dev.tocsin.rollout.parity;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be compared.
 *
 * @param first what counts as right
 * @param from alert time from which; null for an hour before the end
 * @param to alert time to which, not included; null for as far as both sides have surely come
 * @param customers empty for all
 * @param partial whether the second side has only a part of the events, so that what it misses does not count
 * @param noise two runs of one engine: what differs between them is noise; null for none
 */
public record Question(Side first, Side second, @Nullable Instant from, @Nullable Instant to, Set<String> customers,
        boolean partial, @Nullable Noise noise) {
    static final Duration USUAL = Duration.ofHours(1);

    /** Two sides that ought to be the same. */
    public record Noise(Side first, Side second) {
    }

    /** @throws IllegalArgumentException when it makes no sense */
    public Question {
        customers = Set.copyOf(customers);
        if (first.equals(second)) {
            throw new IllegalArgumentException("an engine is not compared with itself; name a replay of it as "
                    + first.engine() + "@RUN");
        }
        if (from != null && to != null && !from.isBefore(to)) {
            throw new IllegalArgumentException("from is not before to");
        }
    }

    public static Question of(Side first, Side second) {
        return new Question(first, second, null, null, Set.of(), false, null);
    }

    public Question between(@Nullable Instant since, @Nullable Instant until) {
        return new Question(first, second, since, until, customers, partial, noise);
    }
}
