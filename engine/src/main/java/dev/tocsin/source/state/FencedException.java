package dev.tocsin.source.state;

import java.io.IOException;

/** Another leads: this term is over, and what it tried to write was not written. */
public class FencedException extends IOException {
    private static final long serialVersionUID = 1;

    public FencedException(String message) {
        super(message);
    }

    public FencedException(String message, Throwable cause) {
        super(message, cause);
    }
}
