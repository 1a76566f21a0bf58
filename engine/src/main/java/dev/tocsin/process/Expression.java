package dev.tocsin.process;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.regex.Pattern;

/** A compiled CEL expression. Usable by any thread. */
final class Expression {
    private static final Pattern PLACE = Pattern.compile("^evaluation error at <input>:\\d+: ");
    private final CelRuntime.Program program;

    Expression(CelRuntime.Program program) {
        this.program = program;
    }

    /** @throws CelFailure when it cannot be evaluated */
    Object value(Scope scope) {
        try {
            return program.eval(scope.variables());
        } catch (CelEvaluationException e) {
            String message = PLACE.matcher(String.valueOf(e.getMessage())).replaceFirst("");
            throw new CelFailure(message.contains("is not present in map")
                    ? message.replaceFirst("\\.$", "") + "; event.get(\"a.b\") gives null for what is absent"
                    : message);
        }
    }

    /** @throws CelFailure when it cannot be evaluated, or is neither true nor false */
    boolean test(Scope scope) {
        Object value = value(scope);
        if (value instanceof Boolean b) {
            return b;
        }
        throw new CelFailure("is neither true nor false but " + value.getClass().getSimpleName());
    }
}
