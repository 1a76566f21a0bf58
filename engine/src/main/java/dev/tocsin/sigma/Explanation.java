package dev.tocsin.sigma;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Why a rule matched an event, or did not: every part of the conditions and every item of the selections they name, also
 * those that the engine would not have looked at.
 *
 * @param rule the rule that was asked
 * @param covered whether the event's log source is the rule's; if not, the engine never tries the rule
 * @param matched whether the conditions hold, the log source apart
 * @param conditions one tree for each condition of the rule
 */
public record Explanation(SigmaRule rule, boolean covered, boolean matched, List<Node> conditions) {
    private static final int SHOWN_MAX = 200;

    public Explanation {
        conditions = List.copyOf(conditions);
    }

    /**
     * A part of the tree.
     *
     * @param kind {@code and or not quantifier selection all any item value}
     * @param label the selection's name, the quantifier, or field and modifiers
     * @param expected what an item or value asks, else null
     * @param actual what the event holds there, else null
     */
    public record Node(String kind, String label, boolean result, @Nullable String expected, @Nullable String actual,
            List<Node> children) {
        public Node {
            children = List.copyOf(children);
        }

        private ObjectNode json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("kind", kind).put("label", label).put("result",
                    result);
            if (expected != null) {
                json.put("expected", expected);
            }
            if (actual != null) {
                json.put("actual", actual);
            }
            if (!children.isEmpty()) {
                ArrayNode array = json.putArray("children");
                children.forEach(child -> array.add(child.json()));
            }
            return json;
        }

        private void text(StringBuilder out, int depth) {
            out.append("  ".repeat(depth)).append(result ? "\u2713 " : "\u2717 ").append(label);
            if (expected != null) {
                out.append(' ').append(shortened(expected));
            }
            if (actual != null) {
                out.append("   event: ").append(shortened(actual));
            }
            out.append('\n');
            children.forEach(child -> child.text(out, depth + 1));
        }
    }

    /** Explains by the naive evaluation, so that the answer does not depend on how the engine goes about it. */
    public static Explanation of(SigmaRule rule, JsonNode event, @Nullable String product, List<String> category,
            @Nullable String service, FieldMapping mapping) {
        Explainer explainer = new Explainer(new NaiveEvaluator(mapping), rule, event);
        List<Node> conditions = rule.conditions().stream().map(explainer::explain).toList();
        return new Explanation(rule, rule.logSource().covers(product, category, service),
                conditions.stream().anyMatch(Node::result), conditions);
    }

    /** Whether the engine would report the rule. */
    public boolean fires() {
        return covered && matched;
    }

    /** For people: one line for each part, indented, with a tick or a cross. */
    public String toText() {
        StringBuilder out = new StringBuilder();
        out.append(rule.title()).append(" (").append(rule.id()).append(")\n");
        out.append(fires()
                ? "fires"
                : covered ? "does not fire" : "is not tried: the event is not from " + rule.logSource())
                .append('\n');
        conditions.forEach(node -> node.text(out, 0));
        return out.toString();
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("rule").put("id", rule.id()).put("title", rule.title());
        json.put("fires", fires()).put("log_source_covered", covered).put("conditions_hold", matched);
        ArrayNode array = json.putArray("conditions");
        conditions.forEach(node -> array.add(node.json()));
        return json;
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN_MAX
                ? text
                : text.substring(0, SHOWN_MAX) + "\u2026 (" + text.length() + " characters)";
    }
}
