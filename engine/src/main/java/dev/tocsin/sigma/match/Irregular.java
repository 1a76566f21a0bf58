package dev.tocsin.sigma.match;

/** The bytes are malformed, or need more thought than the fast reader gives. One instance, without a stack: it costs nothing. */
final class Irregular extends RuntimeException {
    static final Irregular INSTANCE = new Irregular();
    private static final long serialVersionUID = 1L;

    private Irregular() {
        super("irregular", null, false, false);
    }
}
