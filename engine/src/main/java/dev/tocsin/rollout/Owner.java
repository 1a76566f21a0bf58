package dev.tocsin.rollout;

import java.time.Instant;
import java.util.Comparator;

/**
 * Who owns a customer, and since which change.
 *
 * @param customer or {@code *} for all that are not named
 * @param source or {@code *} for all that are not named
 */
public record Owner(String customer, String source, String engine, long revision, String who, Instant when,
        String why) {
    static final Comparator<Owner> ORDER = Comparator.comparing(Owner::customer).thenComparing(Owner::source);
}
