package dev.tocsin.process;

import dev.tocsin.event.Event;

/**
 * What became of an event. Each input has exactly one outcome that is no child: its own. A batch record, such as
 * CloudTrail's {@code {"Records":[…]}}, is itself dropped as {@link #UNROLLED} and each of its records is a child.
 */
public sealed interface Outcome {
    /** The reason with which a batch record leaves when its records took its place. */
    String UNROLLED = "unrolled";

    Event event();

    /** Whether the event was made here out of a batch record, rather than read from intake. */
    boolean child();

    /** It goes on, normalised. */
    record Passed(Event event, boolean child) implements Outcome {
    }

    /** It ends here on purpose. */
    record Dropped(Event event, String reason, boolean child) implements Outcome {
    }

    /** It cannot be understood; the event is as it came, the cause says what is wrong, where, and what to do. */
    record Dead(Event event, String cause, boolean child) implements Outcome {
    }
}
