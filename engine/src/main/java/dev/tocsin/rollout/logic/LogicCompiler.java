package dev.tocsin.rollout.logic;

import dev.tocsin.rollout.logic.Expression.Branch;
import dev.tocsin.rollout.logic.Expression.Constant;
import dev.tocsin.rollout.logic.Expression.Fraction;
import dev.tocsin.rollout.logic.Expression.Junction;
import dev.tocsin.rollout.logic.Expression.Operation;
import dev.tocsin.rollout.logic.Expression.Variable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Makes expressions of JSON. The form of the JSON was checked by a schema before; what is found here is named by a {@link
 * LogicException} that begins with the JSON pointer of the place.
 */
public final class LogicCompiler {
    /** Everything that may stand for an operator. */
    public static final Set<String> OPERATORS = operators();
    private static final int REFERENCES_MAX = 20;

    private final JsonNode evaluators;
    private final Collection<String> variables;
    private final Set<String> open = new HashSet<>();

    /**
     * @param evaluators {@code $evaluators}: rules that others refer to by name
     * @param variables all that a rule may ask for
     */
    public LogicCompiler(JsonNode evaluators, Collection<String> variables) {
        this.evaluators = evaluators;
        this.variables = variables;
    }

    private static Set<String> operators() {
        Set<String> all = new HashSet<>(Operators.ALL.keySet());
        all.addAll(List.of("var", "if", "and", "or", "fractional", "$ref"));
        return Set.copyOf(all);
    }

    /** @throws LogicException when it is no rule */
    public Expression compile(JsonNode json, String path) {
        if (json.isArray()) {
            return new Operation("list", values -> values, all(json, path));
        }
        if (!json.isObject()) {
            return new Constant(content(json, path));
        }
        if (json.isEmpty()) {
            return new Constant(null);
        }
        if (json.size() > 1) {
            throw new LogicException(path + ": a rule has one operator, not " + json.size());
        }
        Map.Entry<String, JsonNode> rule = json.properties().iterator().next();
        return operator(rule.getKey(), rule.getValue(), path + "/" + pointer(rule.getKey()));
    }

    private Expression operator(String name, JsonNode arguments, String path) {
        return switch (name) {
            case "$ref" -> reference(arguments, path);
            case "var" -> variable(arguments, path);
            case "if" -> branch(arguments, path);
            case "and", "or" -> new Junction(name.equals("and"), atLeast(1, name, list(arguments, path), path));
            case "fractional" -> fraction(arguments, path);
            default -> {
                var operator = Operators.ALL.get(name);
                if (operator == null) {
                    throw new LogicException(path + ": unknown operator \"" + name + "\"");
                }
                yield new Operation(name, operator, atLeast(needed(name), name, list(arguments, path), path));
            }
        };
    }

    private static int needed(String operator) {
        return switch (operator) {
            case "!", "!!", "cat" -> 1;
            case "sem_ver" -> 3;
            default -> 2;
        };
    }

    private static List<Expression> atLeast(int count, String name, List<Expression> arguments, String path) {
        if (arguments.size() < count) {
            throw new LogicException(path + ": " + name + " takes " + count + " arguments, not " + arguments.size());
        }
        return arguments;
    }

    /** One argument may stand without a list. */
    private List<Expression> list(JsonNode arguments, String path) {
        return arguments.isArray() ? all(arguments, path) : List.of(compile(arguments, path));
    }

    private List<Expression> all(JsonNode array, String path) {
        List<Expression> all = new ArrayList<>();
        for (JsonNode element : array) {
            all.add(compile(element, path + "/" + all.size()));
        }
        return List.copyOf(all);
    }

    private Expression reference(JsonNode name, String path) {
        String to = name.asString("");
        JsonNode rule = evaluators.get(to);
        if (rule == null) {
            throw new LogicException(path + ": there is no evaluator \"" + to + "\"");
        }
        if (open.size() >= REFERENCES_MAX || !open.add(to)) {
            throw new LogicException(path + ": evaluator \"" + to + "\" refers to itself, or too many to each other");
        }
        Expression compiled = compile(rule, "/$evaluators/" + pointer(to));
        open.remove(to);
        return compiled;
    }

    private Variable variable(JsonNode arguments, String path) {
        JsonNode name = arguments.isArray() ? arguments.path(0) : arguments;
        String variable = name.asString("");
        if (!variables.contains(variable)) {
            throw new LogicException(path + ": unknown variable \"" + variable + "\"");
        }
        boolean hasDefault = arguments.isArray() && arguments.size() > 1;
        return new Variable(variable, hasDefault ? content(arguments.get(1), path + "/1") : null);
    }

    /** With two arguments the third is null. */
    private Branch branch(JsonNode arguments, String path) {
        if (!arguments.isArray() || arguments.size() < 2 || arguments.size() > 3) {
            throw new LogicException(path + ": if takes a condition, what then, and what else");
        }
        JsonNode condition = arguments.get(0);
        Expression no = arguments.size() == 2 ? new Constant(null) : compile(arguments.get(2), path + "/2");
        return new Branch(path, condition.toString(), compile(condition, path + "/0"),
                compile(arguments.get(1), path + "/1"), no);
    }

    private Fraction fraction(JsonNode arguments, String path) {
        if (!arguments.isArray() || arguments.isEmpty()) {
            throw new LogicException(path + ": fractional takes a list of shares");
        }
        boolean isKeyed = !arguments.get(0).isArray();
        Expression by = isKeyed
                ? compile(arguments.get(0), path + "/0")
                : new Operation("cat", Operators::joined,
                        List.of(new Variable("$flagd.flagKey", null), new Variable("targetingKey", null)));
        List<@Nullable String> names = new ArrayList<>();
        List<Integer> weights = new ArrayList<>();
        long sum = 0;
        for (int i = isKeyed ? 1 : 0; i < arguments.size(); i++) {
            JsonNode share = arguments.get(i);
            JsonNode weight = share.path(1);
            if (!share.isArray() || share.isEmpty() || !weight.isMissingNode() && !isWeight(weight)) {
                throw new LogicException(
                        path + "/" + i + ": a share is [\"variant\", weight], the weight a whole number");
            }
            names.add(share.get(0).isNull() ? null : share.get(0).asString(""));
            weights.add(weight.isMissingNode() ? 1 : weight.asInt());
            sum += weights.getLast();
        }
        if (sum < 1 || sum > Integer.MAX_VALUE) {
            throw new LogicException(path + ": the weights make " + sum + "; they must make from 1 to 2147483647");
        }
        return new Fraction(path, by, java.util.Collections.unmodifiableList(names), List.copyOf(weights));
    }

    private static boolean isWeight(JsonNode weight) {
        return weight.isIntegralNumber() && weight.canConvertToInt() && weight.asInt() >= 0;
    }

    private static @Nullable Object content(JsonNode json, String path) {
        if (json.isNull()) {
            return null;
        }
        if (json.isBoolean()) {
            return json.asBoolean();
        }
        if (json.isNumber()) {
            return json.asDouble();
        }
        if (json.isString()) {
            return json.asString();
        }
        throw new LogicException(path + ": a text, a number, true, false or null belongs here");
    }

    /** RFC 6901. */
    private static String pointer(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
