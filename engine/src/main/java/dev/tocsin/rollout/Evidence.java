package dev.tocsin.rollout;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What the gates of a rollout go by. */
public interface Evidence {
    /**
     * What an engine's stages did since they were counted first.
     *
     * @param dead events that it could not handle
     * @param raised alerts, published or withheld
     */
    record Totals(long in, long raised, long dead) {
        static final Totals NONE = new Totals(0, 0, 0);

        Totals since(Totals before) {
            return new Totals(in - before.in, raised - before.raised, dead - before.dead);
        }
    }

    /** How the alerts of two engines compare. @param conclusive whether there was enough to compare */
    record Difference(boolean conclusive, long compared, long differences, String words) {
    }

    /** Records of {@code events} that it has not handled; empty when there is no such engine. */
    Optional<Long> lag(String engine);

    Totals totals(String engine);

    /** All customers that were ever seen. */
    Set<String> customers();

    /** Compares what both raised for events of that time and later. */
    Difference compare(String from, String to, Instant since);
}
