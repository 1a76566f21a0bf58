package dev.tocsin.sigma;

/**
 * Something wrong with a rule file, said so that a person can mend it.
 *
 * @param code stable name: {@code S1xx} stops the rule from loading, {@code S2xx} is lint
 * @param file as it was given to the loader
 * @param line from 1; 0 when the file could not be read at all
 * @param column from 1; 0 when the file could not be read at all
 * @param severity {@code error}: the rule (or file) was refused; {@code warning}: it was loaded
 * @param what one sentence without a full stop
 * @param hint what to do about it, or empty
 */
public record SigmaProblem(String code, String file, int line, int column, String severity, String what, String hint) {

    public boolean isError() {
        return severity.equals("error");
    }

    /** {@code file:line:column}. */
    public String where() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }

    @Override
    public String toString() {
        return where() + ": " + severity + " " + code + " " + what + (hint.isEmpty() ? "" : "; " + hint);
    }
}
