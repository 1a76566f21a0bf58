package dev.tocsin.source.api;

/** The API does not give this page: it is beyond what it shows of one window, or the window is too full. */
final class TooDeepException extends Exception {
    private static final long serialVersionUID = 1;

    TooDeepException(String message) {
        super(message);
    }
}
