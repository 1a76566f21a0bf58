package dev.tocsin.sigma;

/** Where something stands in a file; line and column count from 1, 0 means the file as a whole. */
record Place(String file, int line, int column) {
    static Place wholeOf(String file) {
        return new Place(file, 0, 0);
    }

    SigmaProblem error(String code, String what, String hint) {
        return new SigmaProblem(code, file, line, column, "error", what, hint);
    }

    SigmaProblem warning(String code, String what, String hint) {
        return new SigmaProblem(code, file, line, column, "warning", what, hint);
    }

    RuleRefused refuse(String code, String what, String hint) {
        return new RuleRefused(error(code, what, hint));
    }
}
