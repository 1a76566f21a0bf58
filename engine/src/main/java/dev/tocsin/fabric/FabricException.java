package dev.tocsin.fabric;

/** The fabric cannot do what it was asked for; the message says why. */
public final class FabricException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FabricException(String message) {
        super(message);
    }
}
