package dev.tocsin.process;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.tocsin.base.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The expression language of steps: CEL (https://cel.dev) with its string functions, optional fields ({@code
 * event.?user.?name.orValue("")}) and {@code event.get("user.name")}, which is null where any part is absent.
 *
 * <p>Expressions are linear in what they read: regular expressions are RE2's, and loops over lists are bounded.
 */
final class Cel {
    /** All rounds of all loops of one evaluation; an event that needs more is dead, not a worker that stands still. */
    static final int ITERATIONS_MAX = 10_000;
    static final String BROKEN = "E121";
    private static final CelType MAP = MapType.create(SimpleType.STRING, SimpleType.DYN);
    private static final CelOptions OPTIONS = CelOptions.current().comprehensionMaxIterations(ITERATIONS_MAX)
            .enableHeterogeneousNumericComparisons(true).maxExpressionCodePointSize(20_000).build();
    private final CelCompiler values = compiler(SimpleType.DYN);
    private final CelCompiler conditions = compiler(SimpleType.BOOL);
    private final CelRuntime runtime = CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS)
            .addLibraries(CelExtensions.optional(), CelExtensions.strings())
            .addFunctionBindings(CelFunctionBinding.fromOverloads("get",
                    CelFunctionBinding.from("map_get_path", Map.class, String.class, Cel::get)))
            .build();

    private static CelCompiler compiler(CelType result) {
        return CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS).setResultType(result)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addLibraries(CelExtensions.optional(), CelExtensions.strings())
                .addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration("get",
                        CelOverloadDecl.newMemberOverload("map_get_path", SimpleType.DYN, MAP, SimpleType.STRING)))
                .addVar("event", MAP).addVar("logsource", MAP).addVar("customer", SimpleType.STRING)
                .addVar("source", SimpleType.STRING).build();
    }

    /** An expression that is true or false; null when it is broken, and then a problem says how. */
    @Nullable
    Expression condition(String text, String where, List<Problem> problems) {
        return compile(conditions, text, where, problems);
    }

    /** An expression of any value; null when it is broken, and then a problem says how. */
    @Nullable
    Expression value(String text, String where, List<Problem> problems) {
        return compile(values, text, where, problems);
    }

    private @Nullable Expression compile(CelCompiler compiler, String text, String where, List<Problem> problems) {
        CelValidationResult result = compiler.compile(text);
        for (CelIssue issue : result.getErrors()) {
            problems.add(problem(issue, text, where));
        }
        if (result.hasError()) {
            return null;
        }
        try {
            return new Expression(runtime.createProgram(result.getAst()));
        } catch (CelValidationException | CelEvaluationException e) {
            problems.add(new Problem(BROKEN, where, e.getMessage() + " in " + quoted(text), ""));
            return null;
        }
    }

    private static Problem problem(CelIssue issue, String text, String where) {
        // CEL counts columns from 0; everybody else who names a place in the configuration counts from 1.
        int line = issue.getSourceLocation().getLine();
        int column = issue.getSourceLocation().getColumn() + 1;
        String message = issue.getMessage().replace(" (in container '')", "").replaceFirst("\\.$", "");
        return new Problem(BROKEN, where,
                message + " at " + (line > 1 ? "line " + line + ", " : "") + "column " + column + " of " + quoted(text),
                hint(message));
    }

    private static String hint(String message) {
        if (message.startsWith("undeclared reference")) {
            return "known are event, logsource, customer and source; fields are event.user.name, text stands in quotes";
        }
        if (message.startsWith("expected type 'bool'")) {
            return "write a condition that is true or false, such as event.get(\"event.code\") == \"4624\"";
        }
        if (message.startsWith("found no matching overload")) {
            return "both sides must be of one kind; convert with string(), int() or double()";
        }
        return "the language is CEL: https://cel.dev; a condition looks like"
                + " event.get(\"user.name\") == \"root\" && customer != \"acme\"";
    }

    private static String quoted(String text) {
        return "\"" + text.strip() + "\"";
    }

    /** A name with dots may be one key or a way through nested objects; both are found, the longest key first. */
    private static Object get(Map<?, ?> map, String path) {
        Object whole = map.get(path);
        if (whole != null) {
            return whole;
        }
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            if (map.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
                Object found = get(inner, path.substring(dot + 1));
                if (found != NullValue.NULL_VALUE) {
                    return found;
                }
            }
        }
        return NullValue.NULL_VALUE;
    }
}
