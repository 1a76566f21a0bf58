package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Status;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why one node does not want to be the peer of another. */
enum Refusal {
    INCOMPATIBLE(Status.Code.PEER_INCOMPATIBLE),
    /** No certificate, or one for another name. */
    FORBIDDEN(Status.Code.PEER_REFUSED),
    /** Another endpoint of that name is connected; perhaps it is dead and not yet missed. */
    NAME_IN_USE(Status.Code.NAME_IN_USE),
    /** Both dialled at once, and the other connection is the one that stays. */
    ALREADY_CONNECTED(null),
    /** It is the same node. */
    SELF(Status.Code.PEER_INVALID),
    /** There are too many peers. */
    FULL(Status.Code.PEER_UNAVAILABLE),
    /** It was taken down on purpose. */
    REMOVED(Status.Code.PEER_UNAVAILABLE);

    private final Status.@Nullable Code code;

    Refusal(Status.@Nullable Code code) {
        this.code = code;
    }

    /** How it is reported; null when there is nothing wrong. */
    Status.@Nullable Code code() {
        return code;
    }

    /** It was refused, by this side or the other. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;
        private final Refusal refusal;
        private final boolean theirs;

        RefusedException(Refusal refusal, String message) {
            this(refusal, message, false);
        }

        RefusedException(Refusal refusal, String message, boolean theirs) {
            super(message);
            this.refusal = refusal;
            this.theirs = theirs;
        }

        /** Whether it was the other side that refused. */
        boolean isTheirs() {
            return theirs;
        }

        Refusal refusal() {
            return refusal;
        }
    }
}
