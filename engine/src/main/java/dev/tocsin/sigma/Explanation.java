package dev.tocsin.sigma;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
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
    /** Of a long list of values those that hold are shown, and so many others. */
    private static final int OTHERS_MAX = 6;

    /** Colours text, or leaves it as it is. */
    @FunctionalInterface
    public interface Paint {
        /** @param shade ANSI code such as {@code 31} for red */
        String paint(String shade, String text);
    }

    /**
     * An item that stands between the event and the alert.
     *
     * @param selection in which it is
     * @param holds what it says of this event; for an alert it would have to say the opposite
     */
    public record Miss(String selection, String item, @Nullable String expected, @Nullable String actual,
            boolean holds) {
        @Override
        public String toString() {
            return selection + ": " + item + (expected == null ? "" : " " + shortened(expected))
                    + (holds ? " holds" : " does not hold") + (actual == null ? "" : " for " + shortened(actual));
        }
    }

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

        private void text(StringBuilder out, int depth, Paint paint) {
            out.append("  ".repeat(depth)).append(result ? paint.paint("32", "\u2713 ") : paint.paint("31", "\u2717 "))
                    .append(depth == 0 || kind.equals("selection") ? paint.paint("1", label) : label);
            if (expected != null) {
                out.append(' ').append(paint.paint("36", shortened(expected)));
            }
            if (actual != null) {
                out.append(paint.paint("2", "   event: ")).append(shortened(actual));
            }
            out.append('\n');
            int others = 0;
            for (Node child : children) {
                boolean value = child.kind().equals("value");
                if (!value || child.result() || others++ < OTHERS_MAX) {
                    child.text(out, depth + 1, paint);
                }
            }
            if (others > OTHERS_MAX) {
                out.append("  ".repeat(depth + 1))
                        .append(paint.paint("2", "and " + (others - OTHERS_MAX) + " more that do not hold"))
                        .append('\n');
            }
        }

        /** The fewest items that would have to say something else for this to come out so. */
        private List<Miss> misses(boolean wanted, String selection) {
            if (result == wanted) {
                return List.of();
            }
            String inside = kind.equals("selection") ? label : selection;
            return switch (kind) {
                case "item" -> List.of(new Miss(selection, label, asked(), actual, result));
                case "not" -> children.getFirst().misses(!wanted, inside);
                case "or", "any" -> wanted ? fewest(true, inside) : every(false, inside);
                case "quantifier" -> label.toLowerCase(java.util.Locale.ROOT).startsWith("all") == wanted
                        ? every(wanted, inside)
                        : fewest(wanted, inside);
                default -> wanted ? every(true, inside) : fewest(false, inside);
            };
        }

        private @Nullable String asked() {
            return expected == null || children.isEmpty()
                    ? expected
                    : expected + " " + children.stream().limit(OTHERS_MAX).map(Node::label)
                            .collect(Collectors.joining(", ")) + (children.size() > OTHERS_MAX ? ", …" : "");
        }

        private List<Miss> every(boolean wanted, String selection) {
            return children.stream().flatMap(child -> child.misses(wanted, selection).stream()).toList();
        }

        private List<Miss> fewest(boolean wanted, String selection) {
            return children.stream().map(child -> child.misses(wanted, selection)).filter(m -> !m.isEmpty())
                    .min(Comparator.comparingInt(List::size)).orElse(List.of());
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

    /**
     * The nearest miss: the fewest items that kept the conditions from holding. Empty when they hold. Should several
     * sets be as small, it is the first in the rule's order.
     */
    public List<Miss> nearestMiss() {
        return matched
                ? List.of()
                : conditions.stream().map(c -> c.misses(true, "")).min(Comparator.comparingInt(List::size))
                        .orElse(List.of());
    }

    /** For people: one line for each part, indented, with a tick or a cross. */
    public String toText() {
        return toText((_, text) -> text);
    }

    /** The same in colours. */
    public String toText(Paint paint) {
        StringBuilder out = new StringBuilder();
        out.append(paint.paint("1", rule.title())).append(" (").append(rule.id()).append(")\n");
        out.append(fires()
                ? paint.paint("32", "fires")
                : covered
                        ? paint.paint("31", "does not fire")
                        : paint.paint("33", "is not tried: the event is not from " + rule.logSource()))
                .append('\n');
        rule.filters().forEach(filter -> out.append("narrowed by the filter ").append(filter.title()).append(" (")
                .append(filter.file()).append(':').append(filter.line()).append(")\n"));
        conditions.forEach(node -> node.text(out, 0, paint));
        List<Miss> misses = nearestMiss();
        if (!misses.isEmpty()) {
            out.append(misses.size() == 1
                    ? "only this keeps it from matching:\n"
                    : "it would match but for these "
                            + misses.size() + ":\n");
            misses.forEach(miss -> out.append("  ").append(miss).append('\n'));
        }
        return out.toString();
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("rule").put("id", rule.id()).put("title", rule.title());
        json.put("fires", fires()).put("log_source_covered", covered).put("conditions_hold", matched);
        ArrayNode filters = json.putArray("filters");
        rule.filters().forEach(filter -> filters.addObject().put("id", filter.id()).put("title", filter.title())
                .put("file", filter.file()).put("line", filter.line()));
        ArrayNode array = json.putArray("conditions");
        conditions.forEach(node -> array.add(node.json()));
        ArrayNode misses = json.putArray("nearest_miss");
        for (Miss miss : nearestMiss()) {
            misses.addObject().put("selection", miss.selection()).put("item", miss.item())
                    .put("expected", miss.expected()).put("actual", miss.actual()).put("holds", miss.holds());
        }
        return json;
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN_MAX
                ? text
                : text.substring(0, SHOWN_MAX) + "\u2026 (" + text.length() + " characters)";
    }
}
