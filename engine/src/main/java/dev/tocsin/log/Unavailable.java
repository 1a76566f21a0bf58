package dev.tocsin.log;

/**
 * Thrown by a stage whose outside (a disk, a server) cannot take results now. The loop undoes the batch, waits and tries
 * again for as long as it takes; nothing goes to {@code dead}.
 */
public class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Unavailable(String message) {
        super(message);
    }

    public Unavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
