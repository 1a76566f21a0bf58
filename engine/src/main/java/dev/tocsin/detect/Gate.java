package dev.tocsin.detect;

import dev.tocsin.event.EventId;

/**
 * Decides which events an engine handles and which of its alerts it publishes. Called for each of them by the worker's thread,
 * so it must be quick. What it cannot decide it holds; only when it is not known who owns whom it throws.
 */
public interface Gate {
    /** Everything passes. */
    Gate NONE = new Gate() {
        @Override
        public Verdict ingress(String customer, String source, EventId event, int owners) {
            return Verdict.OPEN;
        }

        @Override
        public Verdict egress(String customer, String source, String rule, EventId alert, int owners) {
            return Verdict.OPEN;
        }
    };

    /**
     * Before an event is matched.
     *
     * @param owners the revision of who owns whom that holds where the event stands; 0 for none
     */
    Verdict ingress(String customer, String source, EventId event, int owners);

    /**
     * Before an alert is published.
     *
     * @param owners the revision of the owners that holds for the last of the events that led to it
     */
    Verdict egress(String customer, String source, String rule, EventId alert, int owners);

    /**
     * The revision of the owners that holds at that place of {@code events}; it may wait until that is known.
     *
     * @throws dev.tocsin.log.Unavailable when it is not known; the stage begins again from its last commit
     */
    default int owners(int partition, long offset) {
        return 0;
    }

    /** What a gate can say. */
    enum Passage {
        OPEN,
        /** An event is somebody else's; an alert waits in {@code shadow}. */
        CLOSED,
        /** It cannot be told: event or alert waits in {@code shadow}. */
        HELD
    }

    /** @param reason why it is not open; empty when it is */
    record Verdict(Passage passage, String reason) {
        public static final Verdict OPEN = new Verdict(Passage.OPEN, "");

        boolean isOpen() {
            return passage == Passage.OPEN;
        }
    }
}
