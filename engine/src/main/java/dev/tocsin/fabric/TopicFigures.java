package dev.tocsin.fabric;

import java.time.Duration;

/**
 * Numbers of the topics that begin alike, for metrics; up to a second old.
 *
 * @param topics what they begin with: the first two parts, or {@link TopicCounts#OTHER}
 * @param published by clients of this node
 * @param brought by peers, to be passed on or taken
 * @param queued for receivers: clients and peers; one that goes to three counts three times
 * @param spilled of those, how many went to disk
 * @param dropped of those, how many were dropped and announced as missing
 * @param waiting of those, how many wait now, over all receivers
 * @param lag how long the oldest of them has waited at least; exact to a second, and to a sixtieth when it is long
 */
public record TopicFigures(String topics, long published, long brought, long queued, long spilled, long dropped,
        long waiting, Duration lag) {
    TopicFigures waiting(long howMany, Duration age) {
        return new TopicFigures(topics, published, brought, queued, spilled, dropped, howMany, age);
    }

    static TopicFigures none(String topics) {
        return new TopicFigures(topics, 0, 0, 0, 0, 0, 0, Duration.ZERO);
    }
}
