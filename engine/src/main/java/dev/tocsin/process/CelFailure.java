package dev.tocsin.process;

/** An expression that cannot be evaluated on one event; the message says why. */
final class CelFailure extends RuntimeException {
    CelFailure(String message) {
        // Thrown once for each event that fails: the place in our code says nothing about the expression.
        super(message, null, false, false);
    }
}
