package dev.tocsin.log;

import dev.tocsin.event.Event;

/**
 * Where a {@link Stage} says what became of each event. Every call is counted in the ledger, so that for each stage
 * {@code in + made = out + dropped + dead + held}, in number, xor and sum of ids.
 */
public interface Output {
    /** The event goes on as {@code next}, which has the same id. Settles the input. Ledger: out. */
    void pass(Stream to, Event next);

    /** The event needs to go no further in this leg: it was matched, indexed, delivered. Settles it. Ledger: out. */
    void done(Event in);

    /** The event ends here for a stated reason, a short snake_case word. Settles it. Ledger: dropped(reason). */
    void drop(Event in, String reason);

    /** The event cannot be handled; it is kept in {@code dead} with the cause. Settles it. Ledger: dead. */
    void dead(Event in, String cause);

    /**
     * The event waits in a named stream until somebody releases it; the record's header {@code held} says the stage and the
     * reason. Settles it. Ledger: held.
     */
    void hold(Stream where, Event in, String reason);

    /** Something new: an alert, a child event. Settles nothing. Ledger: made and out. */
    void make(Stream to, Event made);

    /** As {@link #make}, but to the partition that the key decides, so that all of one key come to one worker. */
    void route(Stream to, Event made);

    /** Writes a {@link Mark} into every partition of the stream. Not counted. */
    void mark(Stream to, Event mark);

    /** As {@link #make}, for something new that was given up at once: kept in {@code dead}. Ledger: made and dead. */
    void makeDead(Event made, String cause);

    /** Something new that waits in a named stream until somebody releases it. Ledger: made and held. */
    void makeHeld(Stream where, Event made, String reason);

    /** Something new that is dropped at once, such as a filtered child event. Ledger: made and dropped(reason). */
    void makeDropped(Event made, String reason);
}
