package dev.tocsin.detect;

import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.RuleFields;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.correlate.CorrelationRule;
import dev.tocsin.sigma.correlate.CorrelationSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The correlations of a content, and the rules in whose names they look at events. Immutable. */
final class Correlations {
    private final CorrelationSet set;
    private final List<DetectionRule> rules;
    private final Map<String, SigmaRule> plain = new HashMap<>();
    private final FieldMapping vendor;
    private final FieldMapping ecs;

    Correlations(List<CorrelationRule> correlations, List<SigmaRule> rules, FieldMapping vendor, FieldMapping ecs) {
        this.set = new CorrelationSet(correlations);
        this.rules = correlations.stream().map(Correlations::describe).toList();
        rules.stream().filter(rule -> set.isWanted(rule.id())).forEach(rule -> plain.putIfAbsent(rule.id(), rule));
        this.vendor = vendor;
        this.ecs = ecs;
    }

    CorrelationSet set() {
        return set;
    }

    List<DetectionRule> rules() {
        return rules;
    }

    @Nullable
    String field(JsonNode document, boolean ecsNames, String ruleId, String name) {
        SigmaRule rule = plain.get(ruleId);
        return rule == null ? null : RuleFields.value(document, name, rule, ecsNames ? ecs : vendor);
    }

    static DetectionRule describe(CorrelationRule rule) {
        CorrelationRule.Head head = rule.head();
        return new DetectionRule(rule.id(), head.title(),
                Objects.requireNonNullElse(head.level(), SigmaRuleset.LEVEL_UNKNOWN),
                Objects.requireNonNullElse(head.author(), ""), head.references(), head.tags(), head.file());
    }
}
