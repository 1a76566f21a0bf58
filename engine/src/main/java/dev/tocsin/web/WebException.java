package dev.tocsin.web;

/** A listener that cannot be opened; the message says which, why, and what to do. */
public final class WebException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WebException(String message, Throwable cause) {
        super(message, cause);
    }
}
