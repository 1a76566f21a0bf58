package dev.tocsin.base;

/**
 * Something a person must mend, said so that they can: which, where, what, and what to do.
 *
 * @param code stable name such as {@code E107}; each has a paragraph in docs/reference/problems.md
 * @param where {@code file:line:column}, or the name of the thing, or empty
 * @param what one sentence without a full stop
 * @param hint what to do about it, or empty
 */
public record Problem(String code, String where, String what, String hint) {
    @Override
    public String toString() {
        return (where.isEmpty() ? "" : where + " ") + code + " " + what + (hint.isEmpty() ? "" : "; " + hint);
    }
}
