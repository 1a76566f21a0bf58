package dev.tocsin.fabric.store;

/** A store did not do what it was asked for; {@link #fault} says which kind of reason, the message says it to people. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final StoreFault fault;

    public StoreException(StoreFault fault, String what) {
        super(fault.text() + ": " + what, null, false, false);
        this.fault = fault;
    }

    public StoreFault fault() {
        return fault;
    }
}
