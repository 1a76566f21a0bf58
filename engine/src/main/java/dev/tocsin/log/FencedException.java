package dev.tocsin.log;

/** Another leads: what was tried was not written, and nothing of this term ever will be. */
public class FencedException extends LogException {
    private static final long serialVersionUID = 1;

    FencedException(String message, Throwable cause) {
        super(message, cause);
    }
}
