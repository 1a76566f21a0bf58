package dev.tocsin.process;

/** A table (log sources, ECS names) that cannot be used; the message says where, what and what to do. */
public final class TableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TableException(String where, String what, String hint) {
        super(where + ": " + what + (hint.isEmpty() ? "" : "; " + hint));
    }
}
