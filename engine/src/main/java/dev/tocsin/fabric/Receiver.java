package dev.tocsin.fabric;

/**
 * Gets what a subscription covers, one call after the other, in a virtual thread of the subscription's own. As long as a
 * call lasts, further messages wait as the subscription's {@link Policy} says. An exception is reported as a
 * {@link Status} and the next message is delivered.
 */
@FunctionalInterface
public interface Receiver {
    void message(Message message) throws Exception;

    /** Messages are missing at this place. */
    default void gap(Gap gap) throws Exception {
    }

    /** Nothing more waits for now: the moment to flush. */
    default void idle() throws Exception {
    }
}
