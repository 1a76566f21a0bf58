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
 */
public record PeerStatus(String name, UUID endpoint, State state, Set<String> wants, Backlog.Figures queue,
        int unacknowledged, long received) {
    /** Whether there is a connection. */
    public enum State {
        CONNECTED,
        /** There was one, and what is for the peer is kept. */
        AWAY,
        /** It has been away for so long that nothing is kept any more. */
        LOST
    }
}
