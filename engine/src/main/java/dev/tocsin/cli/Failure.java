package dev.tocsin.cli;

import dev.tocsin.base.Problem;
import dev.tocsin.config.ProblemCode;

/** Ends a command: the problem is shown on standard error, and the process ends with the exit code. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;
    private final int exit;

    public Failure(int exit, Problem problem) {
        super(problem.toString());
        this.problem = problem;
        this.exit = exit;
    }

    static Failure of(int exit, ProblemCode code, String what, String hint) {
        return new Failure(exit, code.problem("", what, hint));
    }

    public Problem problem() {
        return problem;
    }

    public int exit() {
        return exit;
    }
}
