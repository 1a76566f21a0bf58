package dev.tocsin.source.api;

import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** CEL (https://cel.dev) where an API needs more than ways into its body. Loops are bounded. Immutable, for any thread. */
final class Expressions {
    private static final int ROUNDS_MAX = 1_000_000;
    private static final List<String> VALUES = List.of("body", "headers", "parameters", "record");
    private static final List<String> TIMES = List.of("since", "until", "now");

    private final CelCompiler compiler;
    private final CelRuntime runtime;

    /** An expression that can be asked. */
    @FunctionalInterface
    interface Expression {
        /**
         * @param variables JSON, numbers, times
         * @throws BadPageException when it cannot be evaluated
         */
        JsonNode of(Map<String, Object> variables) throws BadPageException;
    }

    private Expressions() {
        CelOptions options = CelOptions.current().comprehensionMaxIterations(ROUNDS_MAX)
                .enableHeterogeneousNumericComparisons(true).maxExpressionCodePointSize(20_000).build();
        var builder = CelCompilerFactory.standardCelCompilerBuilder().setOptions(options)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS).setResultType(SimpleType.DYN)
                .addLibraries(CelExtensions.optional(), CelExtensions.strings());
        VALUES.forEach(name -> builder.addVar(name, SimpleType.DYN));
        TIMES.forEach(name -> builder.addVar(name, SimpleType.TIMESTAMP));
        compiler = builder.addVar("page", SimpleType.INT).build();
        runtime = CelRuntimeFactory.plannerRuntimeBuilder().setOptions(options)
                .addLibraries(CelExtensions.optional(), CelExtensions.strings()).build();
    }

    /**
     * @param setting whose value it is
     * @throws IllegalArgumentException when it is no expression; the message says where and why, behind a semicolon what to do
     */
    static void check(String setting, String text) {
        Expression _ = of(setting, text);
    }

    /** @throws IllegalArgumentException as {@link #check} */
    static Expression of(String setting, String text) {
        return new Expressions().compile(setting, text);
    }

    private Expression compile(String setting, String text) {
        CelValidationResult result = compiler.compile(text);
        if (result.hasError()) {
            CelIssue first = result.getErrors().getFirst();
            throw new IllegalArgumentException(setting + " is not CEL: "
                    + first.getMessage().replace(" (in container '')", "").replace(';', ',').replaceFirst("\\.$", "")
                    + " at line " + first.getSourceLocation().getLine() + ", column "
                    + (first.getSourceLocation().getColumn() + 1)
                    + " of it; known are body, headers, parameters, page, record, since, until and now");
        }
        try {
            CelRuntime.Program program = runtime.createProgram(result.getAst());
            return variables -> eval(program, setting, variables);
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException(setting + " is not CEL: " + e.getMessage(), e);
        }
    }

    private static JsonNode eval(CelRuntime.Program program, String setting, Map<String, Object> variables)
            throws BadPageException {
        try {
            return toJson(program.eval(variables));
        } catch (CelEvaluationException | IllegalArgumentException e) {
            throw new BadPageException("the expression " + setting + " fails: " + e.getMessage());
        }
    }

    /** As CEL's Java runtime has values: Long, Double, String, Boolean, NullValue, List, Map. */
    static Object ofJson(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                node.properties().forEach(e -> map.put(e.getKey(), ofJson(e.getValue())));
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>(node.size());
                node.forEach(e -> list.add(ofJson(e)));
                yield list;
            }
            case STRING -> node.stringValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> node.isIntegralNumber() && node.canConvertToLong()
                    ? (Object) node.longValue()
                    : (Object) node.doubleValue();
            case NULL, MISSING, BINARY, POJO -> NullValue.NULL_VALUE;
        };
    }

    private static JsonNode toJson(Object value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (value) {
            case NullValue _ -> json.nullNode();
            case Optional<?> o -> o.isEmpty() ? json.nullNode() : toJson(o.get());
            case String s -> json.stringNode(s);
            case Boolean b -> json.booleanNode(b);
            case Long n -> json.numberNode(n);
            case Double d when Double.isFinite(d) -> json.numberNode(d);
            case Instant t -> json.stringNode(t.toString());
            case List<?> list -> {
                ArrayNode array = json.arrayNode(list.size());
                list.forEach(e -> array.add(toJson(e)));
                yield array;
            }
            case Map<?, ?> map -> {
                ObjectNode object = json.objectNode();
                map.forEach((key, inner) -> object.set(String.valueOf(key), toJson(inner)));
                yield object;
            }
            case Object other ->
                throw new IllegalArgumentException("JSON has no value of the kind " + other.getClass().getSimpleName());
        };
    }
}
