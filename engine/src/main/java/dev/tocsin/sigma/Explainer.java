package dev.tocsin.sigma;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Walks a rule's tree over one event and writes down every answer. */
final class Explainer {
    private final NaiveEvaluator evaluator;
    private final SigmaRule rule;
    private final JsonNode event;

    Explainer(NaiveEvaluator evaluator, SigmaRule rule, JsonNode event) {
        this.evaluator = evaluator;
        this.rule = rule;
        this.event = event;
    }

    Explanation.Node explain(Condition condition) {
        boolean result = evaluator.holds(condition, rule, event);
        return switch (condition) {
            case Condition.And(var parts) -> node("and", "and", result, parts.stream().map(this::explain).toList());
            case Condition.Or(var parts) -> node("or", "or", result, parts.stream().map(this::explain).toList());
            case Condition.Not(var part) -> node("not", "not", result, List.of(explain(part)));
            case Condition.Selection(var name) -> selection(name);
            case Condition.Quantified(var written, _, var names) ->
                node("quantifier", written, result, names.stream().map(this::selection).toList());
        };
    }

    private Explanation.Node selection(String name) {
        Detection detection = rule.detection(name);
        List<Explanation.Node> children = detection instanceof Detection.AllOf(var parts)
                ? parts.stream().map(this::explain).toList()
                : List.of(explain(detection));
        return node("selection", name, evaluator.holds(detection, rule, event), children);
    }

    private Explanation.Node explain(Detection detection) {
        boolean result = evaluator.holds(detection, rule, event);
        return switch (detection) {
            case Detection.AllOf(var parts) ->
                node("all", "all of", result, parts.stream().map(this::explain).toList());
            case Detection.AnyOf(var parts) ->
                node("any", "any of", result, parts.stream().map(this::explain).toList());
            case Detection.Item item -> item(item, result);
        };
    }

    private Explanation.Node item(Detection.Item item, boolean result) {
        Detection.FieldTest test = item.test();
        FieldValues values = evaluator.values(test, rule, event);
        String actual = test.field() == null ? "(every value)" : values.toString();
        String label = item.written() + (test.negated() ? " (negated)" : "");
        if (test.values().size() == 1) {
            return new Explanation.Node("item", label, result, test.values().getFirst().toString(), actual, List.of());
        }
        List<Explanation.Node> each = test.values().stream()
                .map(value -> new Explanation.Node("value", value.toString(),
                        evaluator.meets(values, value, rule, event), null, null, List.of()))
                .toList();
        return new Explanation.Node("item", label, result, test.all() ? "all of" : "one of", actual, each);
    }

    private static Explanation.Node node(String kind, String label, boolean result, List<Explanation.Node> children) {
        return new Explanation.Node(kind, label, result, null, null, children);
    }
}
