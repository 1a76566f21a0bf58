package dev.tocsin.detect;

import dev.tocsin.event.EventId;

/**
 * Decides which events an engine handles and which of its alerts it publishes. Called for each of them by the worker's thread,
 * so it must be quick; it never throws.
 */
public interface Gate {
    /** Everything passes. */
    Gate NONE = new Gate() {
        @Override
        public Verdict ingress(String customer, String source, EventId event) {
            return Verdict.OPEN;
        }

        @Override
        public Verdict egress(String customer, String source, String rule, EventId alert) {
            return Verdict.OPEN;
        }
    };

    /** Before an event is matched. */
    Verdict ingress(String customer, String source, EventId event);

    /** Before an alert is published. */
    Verdict egress(String customer, String source, String rule, EventId alert);

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
