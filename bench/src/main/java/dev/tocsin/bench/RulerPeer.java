package dev.tocsin.bench;

import dev.tocsin.sigma.Condition;
import dev.tocsin.sigma.Detection;
import dev.tocsin.sigma.Network;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.TextPattern;
import dev.tocsin.sigma.ValueTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rules that AWS event-ruler can say, in its language: alternatives of fields that must all fit, each field once. Texts
 * are in lower case and so must events be, which is faster than its own ignoring of case. Rules with more texts for a field
 * than some are left out: it takes minutes to add one.
 */
final class RulerPeer {
    private static final int TEXTS_MAX = 100;
    private static final int ALTERNATIVES_MAX = 64;

    private final Machine machine = new Machine();
    private int rules;

    /** That it cannot be said. */
    private static final class Unsaid extends Exception {
        private static final long serialVersionUID = 1;
    }

    RulerPeer(List<SigmaRule> all) throws Exception {
        for (SigmaRule rule : all) {
            try {
                List<String> patterns = new ArrayList<>();
                for (Condition condition : rule.conditions()) {
                    for (Map<String, ArrayNode> alternative : alternatives(condition, rule, true)) {
                        ObjectNode pattern = SigmaEvents.MAPPER.createObjectNode();
                        alternative.forEach(pattern::set);
                        patterns.add(pattern.toString());
                        if (JsonRuleCompiler.check(patterns.getLast()) != null) {
                            throw new Unsaid();
                        }
                    }
                }
                for (String pattern : patterns) {
                    machine.addRule(rule.id(), pattern);
                }
                rules++;
            } catch (Unsaid _) {
                // Left out; rules() says how many are in.
            }
        }
    }

    int rules() {
        return rules;
    }

    int match(String event) throws Exception {
        return machine.rulesForJSONEvent(event).size();
    }

    private static List<Map<String, ArrayNode>> alternatives(Condition condition, SigmaRule rule, boolean holds)
            throws Unsaid {
        return switch (condition) {
            case Condition.Not(Condition part) -> alternatives(part, rule, !holds);
            case Condition.And(List<Condition> parts) -> combine(holds, conditions(parts, rule, holds));
            case Condition.Or(List<Condition> parts) -> combine(!holds, conditions(parts, rule, holds));
            case Condition.Selection(String name) -> alternatives(rule.detections().get(name), holds);
            case Condition.Quantified(_, boolean all, List<String> names) ->
                combine(all == holds, detections(names.stream().map(rule.detections()::get).toList(), holds));
        };
    }

    private static List<Map<String, ArrayNode>> alternatives(Detection detection, boolean holds) throws Unsaid {
        return switch (detection) {
            case Detection.AllOf(List<Detection> parts) -> combine(holds, detections(parts, holds));
            case Detection.AnyOf(List<Detection> parts) -> combine(!holds, detections(parts, holds));
            case Detection.Item item -> {
                Detection.FieldTest test = item.test();
                if (test.field() == null || test.all() && test.values().size() > 1
                        || test.values().size() > TEXTS_MAX) {
                    throw new Unsaid();
                }
                ArrayNode values = test.negated() == holds ? noneOf(test.values()) : oneOf(test.values());
                yield List.of(Map.of(test.field().toLowerCase(Locale.ROOT), values));
            }
        };
    }

    private static List<List<Map<String, ArrayNode>>> conditions(List<Condition> parts, SigmaRule rule, boolean holds)
            throws Unsaid {
        List<List<Map<String, ArrayNode>>> all = new ArrayList<>();
        for (Condition part : parts) {
            all.add(alternatives(part, rule, holds));
        }
        return all;
    }

    private static List<List<Map<String, ArrayNode>>> detections(List<Detection> parts, boolean holds) throws Unsaid {
        List<List<Map<String, ArrayNode>>> all = new ArrayList<>();
        for (Detection part : parts) {
            all.add(alternatives(part, holds));
        }
        return all;
    }

    /** Alternatives of parts that must all hold, or of which one must. */
    private static List<Map<String, ArrayNode>> combine(boolean all, List<List<Map<String, ArrayNode>>> parts)
            throws Unsaid {
        if (!all) {
            return few(parts.stream().flatMap(List::stream).toList());
        }
        List<Map<String, ArrayNode>> product = List.of(Map.of());
        for (List<Map<String, ArrayNode>> part : parts) {
            List<Map<String, ArrayNode>> longer = new ArrayList<>();
            for (Map<String, ArrayNode> one : product) {
                for (Map<String, ArrayNode> other : part) {
                    Map<String, ArrayNode> both = new LinkedHashMap<>(one);
                    for (Map.Entry<String, ArrayNode> field : other.entrySet()) {
                        if (both.put(field.getKey(), field.getValue()) != null) {
                            throw new Unsaid();
                        }
                    }
                    longer.add(both);
                }
            }
            product = few(longer);
        }
        return product;
    }

    private static List<Map<String, ArrayNode>> few(List<Map<String, ArrayNode>> alternatives) throws Unsaid {
        if (alternatives.size() > ALTERNATIVES_MAX) {
            throw new Unsaid();
        }
        return alternatives;
    }

    private static ArrayNode oneOf(List<ValueTest> tests) throws Unsaid {
        ArrayNode values = SigmaEvents.MAPPER.createArrayNode();
        for (ValueTest test : tests) {
            switch (test) {
                case ValueTest.IsNull() -> values.addObject().put("exists", false);
                case ValueTest.Exists(boolean expected) -> values.addObject().put("exists", expected);
                case ValueTest.InNetwork(Network network) -> values.addObject().put("cidr", network.toString());
                default -> values.add(text(test));
            }
        }
        return values;
    }

    /** A field that is not there is none of them. */
    private static ArrayNode noneOf(List<ValueTest> tests) throws Unsaid {
        ArrayNode values = SigmaEvents.MAPPER.createArrayNode();
        if (tests.size() == 1 && tests.getFirst() instanceof ValueTest.IsNull) {
            values.addObject().put("exists", true);
            return values;
        }
        String kind = null;
        ArrayNode none = SigmaEvents.MAPPER.createArrayNode();
        for (ValueTest test : tests) {
            JsonNode value = text(test);
            String own = value.isObject() ? value.propertyNames().iterator().next() : "";
            if (kind != null && !kind.equals(own)) {
                throw new Unsaid();
            }
            kind = own;
            none.add(value.isObject() ? value.get(own) : value);
        }
        values.addObject().put("exists", false);
        ObjectNode but = values.addObject();
        if (kind == null || kind.isEmpty()) {
            but.set("anything-but", none);
        } else {
            but.putObject("anything-but").set(kind, none);
        }
        return values;
    }

    private static JsonNode text(ValueTest test) throws Unsaid {
        if (!(test instanceof ValueTest.Text(TextPattern pattern, boolean cased)) || cased) {
            throw new Unsaid();
        }
        boolean before = pattern.startsWithMany();
        boolean after = pattern.endsWithMany();
        List<TextPattern.Part> inner = new ArrayList<>(pattern.parts());
        if (before) {
            inner.removeFirst();
        }
        if (after && !inner.isEmpty()) {
            inner.removeLast();
        }
        if (inner.size() != 1 || !(inner.getFirst() instanceof TextPattern.Literal(String written))) {
            throw new Unsaid();
        }
        String text = written.toLowerCase(Locale.ROOT);
        ObjectNode value = SigmaEvents.MAPPER.createObjectNode();
        if (before && after) {
            return value.put("wildcard", "*" + text.replace("\\", "\\\\").replace("*", "\\*") + "*");
        }
        return before || after
                ? value.put(before ? "suffix" : "prefix", text)
                : SigmaEvents.MAPPER.getNodeFactory().stringNode(text);
    }
}
