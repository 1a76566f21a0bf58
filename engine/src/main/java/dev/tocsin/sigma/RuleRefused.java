package dev.tocsin.sigma;

/** Ends the reading of one rule, and only of that one; caught by the loader, which keeps the problem. */
final class RuleRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SigmaProblem problem;

    RuleRefused(SigmaProblem problem) {
        super(problem.toString(), null, false, false);
        this.problem = problem;
    }

    SigmaProblem problem() {
        return problem;
    }
}
