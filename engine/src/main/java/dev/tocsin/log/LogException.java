package dev.tocsin.log;

import org.jspecify.annotations.Nullable;

/** The log cannot do what was asked; the message says why and what a person can do. */
public class LogException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LogException(String message) {
        super(message);
    }

    public LogException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
