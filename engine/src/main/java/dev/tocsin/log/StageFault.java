package dev.tocsin.log;

/** A stage threw while it held results of other batches: the session must go, and the next one look closer. */
final class StageFault extends Exception {
    private static final long serialVersionUID = 1;

    StageFault(Throwable cause) {
        super(cause);
    }
}
