package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Conditions of one kind of a pipeline's step: all of a list, any of it ({@code _cond_op: or}), or what an expression
 * makes of named ones ({@code _cond_expr}); turned round by {@code _cond_not}. None at all holds.
 */
record StepConditions<C>(Map<String, C> conditions, boolean any, boolean negated, @Nullable Condition expression) {
    private static final List<String> OPERATORS = List.of("and", "or");

    boolean hold(Predicate<C> answer) {
        if (conditions.isEmpty()) {
            return true;
        }
        boolean holds = expression != null
                ? holds(expression, answer)
                : any
                        ? conditions.values().stream().anyMatch(answer)
                        : conditions.values().stream().allMatch(answer);
        return holds != negated;
    }

    private boolean holds(Condition part, Predicate<C> answer) {
        return switch (part) {
            case Condition.And(var parts) -> parts.stream().allMatch(p -> holds(p, answer));
            case Condition.Or(var parts) -> parts.stream().anyMatch(p -> holds(p, answer));
            case Condition.Not(var inner) -> !holds(inner, answer);
            case Condition.Selection(var name) -> answer.test(named(name));
            case Condition.Quantified(_, boolean all, var names) -> all
                    ? names.stream().allMatch(n -> answer.test(named(n)))
                    : names.stream().anyMatch(n -> answer.test(named(n)));
        };
    }

    private C named(String name) {
        C condition = conditions.get(name);
        if (condition == null) {
            throw new IllegalStateException("the expression was bound to names that are there: " + name);
        }
        return condition;
    }

    /**
     * @param prefix {@code rule}, {@code detection_item} or {@code field_name}
     * @param reader makes a condition of its settings
     */
    static <C> StepConditions<C> read(StepSettings step, String prefix, Function<StepSettings, C> reader) {
        Map<String, C> conditions = new LinkedHashMap<>();
        Optional<YamlNode> given = step.node(prefix + "_conditions");
        boolean named = false;
        if (given.isPresent()) {
            switch (given.get()) {
                case YamlNode.Sequence list -> {
                    int number = 0;
                    for (YamlNode item : list.items()) {
                        conditions.put("" + ++number, condition(item, reader));
                    }
                }
                case YamlNode.Mapping mapping -> {
                    named = true;
                    mapping.entries().forEach(e -> conditions.put(e.key(), condition(e.value(), reader)));
                }
                case YamlNode.Scalar scalar -> throw scalar.place().refuse("S130",
                        prefix + "_conditions is a list, or a mapping of names to conditions", "");
            }
        }
        Optional<YamlNode> expression = step.node(prefix + "_cond_expr");
        Optional<YamlNode> operator = step.node(prefix + "_cond_op");
        boolean any = step.oneOf(prefix + "_cond_op", OPERATORS, "and").equals("or");
        if (expression.isPresent() && (operator.isPresent() || !named)) {
            throw expression.get().place().refuse("S130", operator.isPresent()
                    ? prefix + "_cond_expr and " + prefix + "_cond_op exclude each other"
                    : prefix + "_cond_expr needs " + prefix + "_conditions as a mapping of names to conditions", "");
        }
        return new StepConditions<>(conditions, any, step.flag(prefix + "_cond_not"),
                expression.map(node -> expression(node, conditions.keySet())).orElse(null));
    }

    private static <C> C condition(YamlNode node, Function<StepSettings, C> reader) {
        StepSettings settings = new StepSettings(node, "condition");
        C condition = reader.apply(settings);
        settings.done();
        return condition;
    }

    private static Condition expression(YamlNode node, Set<String> names) {
        if (!(node instanceof YamlNode.Scalar scalar)) {
            throw node.place().refuse("S130", "an expression is text, not " + node.kindName(), "");
        }
        Condition condition = ConditionParser.parse(scalar.text(), names, node.place());
        Set<String> unused = new HashSet<>(names);
        condition.renamed(name -> {
            unused.remove(name);
            return name;
        });
        if (!unused.isEmpty()) {
            throw node.place().refuse("S130",
                    "the expression does not name the conditions " + new ArrayList<>(unused).stream().sorted().toList(),
                    "");
        }
        return condition;
    }
}
