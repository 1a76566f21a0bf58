package dev.tocsin.fabric;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where messages go: a subscription in this process, or a link to a peer. */
public interface Target {
    /** What it wants. Called under the hub's lock; must not wait. {@link Hub#interestChanged} must follow a change. */
    PrefixSet wants();

    /** Whether it can have anything now, other than later. */
    default boolean isHere() {
        return true;
    }

    /** Where messages of a topic wait for it; always the same for the same topic. */
    Backlog backlog(String topic);

    /**
     * Whether it gets no message of this origin from this source, since it has come from there.
     *
     * @param source a {@link Client}, or the target by which the message came
     */
    boolean leavesOut(UUID origin, @Nullable Object source);
}
