package dev.tocsin.fabric.data;

/**
 * Bytes that are no value, or a value that is not what was asked for. The message is a sentence for the one who sent it:
 * what was wrong, and where. */
public final class ValueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ValueException(String what) {
        super(what, null, false, false);
    }
}
