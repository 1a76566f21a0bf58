package dev.tocsin.source.api;

/** A poller cannot go on; the message says why and what a person can do. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ApiException(String message) {
        super(message);
    }

    public ApiException(String message, Throwable cause) {
        super(message, cause);
    }
}
