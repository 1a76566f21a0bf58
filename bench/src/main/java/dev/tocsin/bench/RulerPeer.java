package dev.tocsin.bench;

import dev.tocsin.sigma.Condition;
import dev.tocsin.sigma.Detection;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.TextPattern;
import dev.tocsin.sigma.ValueTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.event.ruler.Machine;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The rules that AWS event-ruler can say, in its language: one selection, each field once, one of several texts. */
final class RulerPeer {
    private final Machine machine = new Machine();
    private int rules;

    RulerPeer(List<SigmaRule> all) throws Exception {
        for (SigmaRule rule : all) {
            Optional<ObjectNode> pattern = pattern(rule);
            if (pattern.isPresent()) {
                machine.addRule(rule.id(), pattern.get().toString());
                rules++;
            }
        }
    }

    int rules() {
        return rules;
    }

    int match(String event) throws Exception {
        return machine.rulesForJSONEvent(event).size();
    }

    private static Optional<ObjectNode> pattern(SigmaRule rule) {
        if (rule.conditions().size() != 1
                || !(rule.conditions().getFirst() instanceof Condition.Selection(String name))) {
            return Optional.empty();
        }
        Detection detection = rule.detections().get(name);
        List<Detection> parts = detection instanceof Detection.AllOf(var several) ? several : List.of(detection);
        ObjectNode pattern = SigmaEvents.MAPPER.createObjectNode();
        for (Detection part : parts) {
            if (!(part instanceof Detection.Item item) || item.test().field() == null || item.test().negated()
                    || item.test().all() && item.test().values().size() > 1 || pattern.has(item.test().field())) {
                return Optional.empty();
            }
            ArrayNode values = pattern.putArray(item.test().field());
            for (ValueTest test : item.test().values()) {
                if (!(test instanceof ValueTest.Text(TextPattern text, boolean cased)) || cased || !add(text, values)) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(pattern);
    }

    private static boolean add(TextPattern pattern, ArrayNode values) {
        boolean before = pattern.startsWithMany();
        boolean after = pattern.endsWithMany();
        List<TextPattern.Part> inner = new ArrayList<>(pattern.parts());
        if (before) {
            inner.removeFirst();
        }
        if (after && !inner.isEmpty()) {
            inner.removeLast();
        }
        if (inner.size() != 1 || !(inner.getFirst() instanceof TextPattern.Literal(String text))) {
            return false;
        }
        if (before && after) {
            values.addObject().put("wildcard", "*" + text.replace("\\", "\\\\").replace("*", "\\*") + "*");
        } else if (before || after) {
            values.addObject().putObject(before ? "suffix" : "prefix").put("equals-ignore-case", text);
        } else {
            values.addObject().put("equals-ignore-case", text);
        }
        return true;
    }
}
