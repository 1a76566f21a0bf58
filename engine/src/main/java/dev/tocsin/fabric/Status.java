package dev.tocsin.fabric;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to the fabric at this node.
 *
 * @param node name of the node it is about, or where it should be; empty when unknown
 * @param endpoint its endpoint id, when known
 * @param text for people
 */
public record Status(Code code, String node, @Nullable UUID endpoint, String text) {
    public Status {
        Objects.requireNonNull(code);
        Objects.requireNonNull(node);
        Objects.requireNonNull(text);
    }

    /** What happened. Names as in Broker, where it has one. */
    public enum Code {
        /** A link to a peer is up. */
        PEER_ADDED(false),
        /** A link was taken down on purpose, by either side. */
        PEER_REMOVED(false),
        /** A link broke; what is for the peer waits as its policy says. */
        PEER_LOST(false),
        /** An endpoint can be reached, directly or over other nodes. */
        ENDPOINT_DISCOVERED(false),
        /** No path leads to an endpoint any more. */
        ENDPOINT_UNREACHABLE(false),
        /** A peer does not answer; it is tried again. */
        PEER_UNAVAILABLE(true),
        /** There is no such peer. */
        PEER_INVALID(true),
        /** A peer speaks no version of the protocol that this node does. */
        PEER_INCOMPATIBLE(true),
        /** A peer has no certificate, or not the one that it needs. */
        PEER_REFUSED(true),
        /** A peer did something that its rights do not cover, or broke the protocol. */
        PEER_MISBEHAVED(true),
        /** A peer refuses what this node publishes or wants, since it has no right to it there. */
        FORBIDDEN(true),
        /** Another node with the same name is connected. */
        NAME_IN_USE(true),
        /** Something could not be written to disk or read from it. */
        SPILL_FAILED(true),
        /** A receiver threw an exception. */
        RECEIVER_FAILED(true);

        private final boolean error;

        Code(boolean error) {
            this.error = error;
        }

        public boolean isError() {
            return error;
        }

        /** As it is written elsewhere, such as {@code peer_added}. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
