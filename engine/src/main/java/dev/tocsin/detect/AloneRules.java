package dev.tocsin.detect;

import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.SigmaRule;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * The rules of a set one by one. The engine shares its work between rules, so what one of them costs in it cannot be told;
 * each is evaluated alone in the simple way, which tells rules from one another.
 */
final class AloneRules implements RuleCosts.Alone {
    /** Beyond this many kinds of logs, nothing more is remembered: hosts may name kinds as they like. */
    private static final int KINDS_MAX = 10_000;

    private final List<SigmaRule> rules;
    private final SigmaRuleset.Matcher vendor;
    private final SigmaRuleset.Matcher ecs;
    private final ConcurrentHashMap<LogSource, List<SigmaRule>> bySource = new ConcurrentHashMap<>();

    AloneRules(List<SigmaRule> rules, SigmaRuleset.Matcher vendor, SigmaRuleset.Matcher ecs) {
        this.rules = rules;
        this.vendor = vendor;
        this.ecs = ecs;
    }

    @Override
    public int count(LogSource logSource) {
        return rulesFor(logSource).size();
    }

    @Override
    public RuleCosts.Single rule(int number, LogSource logSource, boolean ecsNames) {
        return new One(rulesFor(logSource).get(number), ecsNames ? ecs : vendor);
    }

    private record One(SigmaRule rule, SigmaRuleset.Matcher matcher) implements RuleCosts.Single {
        @Override
        public String id() {
            return rule.id();
        }

        @Override
        public void evaluate(JsonNode document, LogSource logSource) {
            matcher.evaluate(rule, document);
        }
    }

    private List<SigmaRule> rulesFor(LogSource source) {
        List<SigmaRule> known = bySource.get(source);
        if (known != null) {
            return known;
        }
        List<SigmaRule> found = rules.stream()
                .filter(r -> r.logSource().covers(source.product(), source.category(), source.service())).toList();
        if (bySource.size() < KINDS_MAX) {
            bySource.put(source, found);
        }
        return found;
    }
}
