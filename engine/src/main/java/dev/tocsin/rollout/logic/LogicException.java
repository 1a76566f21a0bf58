package dev.tocsin.rollout.logic;

/** A targeting rule that cannot be evaluated with these values. */
public final class LogicException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LogicException(String message) {
        super(message, null, false, false);
    }
}
