package dev.tocsin.source.api;

/** The poller was closed, or its term is over: nothing more is to be asked or delivered. */
final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoppedException() {
        super("stopped", null, false, false);
    }
}
