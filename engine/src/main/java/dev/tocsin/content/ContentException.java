package dev.tocsin.content;

import dev.tocsin.base.Problem;

/** A bundle, a tree or a key that cannot be used, and will not be by trying again. */
public final class ContentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public ContentException(Problem problem) {
        super(problem.toString());
        this.problem = problem;
    }

    /** @param where the thing, or empty */
    static ContentException of(String where, String what, String hint) {
        return new ContentException(new Problem("E430", where, what, hint));
    }

    public Problem problem() {
        return problem;
    }
}
