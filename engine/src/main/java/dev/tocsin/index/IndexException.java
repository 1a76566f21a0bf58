package dev.tocsin.index;

/** The index cannot answer: a search took too long, or the disk failed. Says what happens now. */
public final class IndexException extends RuntimeException {
    private static final long serialVersionUID = 1;

    IndexException(String message) {
        super(message);
    }

    IndexException(String message, Throwable cause) {
        super(message, cause);
    }
}
