package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Backlog;
import java.util.Set;
import java.util.UUID;

/**
 * A peer, as it is now.
 *
 * @param endpoint its endpoint id
 * @param wants topic prefixes that it or nodes behind it want
 * @param queue what waits for it or has waited, over all policies
 * @param unacknowledged sent, and not yet acknowledged
 * @param received messages taken from it, over all connections
 * @param refused what one side has no right to at the other
 */
public record PeerStatus(String name, UUID endpoint, State state, Set<String> wants, Backlog.Figures queue,
        int unacknowledged, long received, Refused refused) {
    /**
     * For want of a right; see {@code fabric.rights}. Only the first hundred of each set are kept.
     *
     * @param messages of the peer that were left out here
     * @param topics of those messages
     * @param prefixes that the peer asked for and does not get, or only in part
     * @param there what the peer refuses to this node, as {@code publish topic} and {@code subscribe prefix}
     */
    public record Refused(long messages, Set<String> topics, Set<String> prefixes, Set<String> there) {
        public Refused {
            topics = Set.copyOf(topics);
            prefixes = Set.copyOf(prefixes);
            there = Set.copyOf(there);
        }
    }

    /** Whether there is a connection. */
    public enum State {
        CONNECTED,
        /** There was one, and what is for the peer is kept. */
        AWAY,
        /** It has been away for so long that nothing is kept any more. */
        LOST
    }
}
