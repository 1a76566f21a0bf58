package dev.tocsin.source;

/** A source cannot begin; the message says why and what to do. */
public final class SourceException extends RuntimeException {
    public SourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
