package dev.tocsin.detect;

import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.SigmaRule;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** The rules of a set one by one, each compiled when it is first asked for. */
final class AloneRules implements RuleCosts.Alone {
    /** Beyond this many kinds of logs, nothing more is remembered: hosts may name kinds as they like. */
    private static final int KINDS_MAX = 10_000;

    private final List<SigmaRule> rules;
    private final Function<List<SigmaRule>, SigmaRuleset.Matcher> vendor;
    private final Function<List<SigmaRule>, SigmaRuleset.Matcher> ecs;
    private final ConcurrentHashMap<LogSource, List<SigmaRule>> bySource = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, SigmaRuleset.Matcher> matchers = new ConcurrentHashMap<>();

    AloneRules(List<SigmaRule> rules, Function<List<SigmaRule>, SigmaRuleset.Matcher> vendor,
            Function<List<SigmaRule>, SigmaRuleset.Matcher> ecs) {
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
        SigmaRule rule = rulesFor(logSource).get(number);
        SigmaRuleset.Matcher matcher = matchers.computeIfAbsent((ecsNames ? "ecs " : "vendor ") + rule.id(),
                _ -> (ecsNames ? ecs : vendor).apply(List.of(rule)));
        return new One(rule.id(), matcher);
    }

    private record One(String id, SigmaRuleset.Matcher matcher) implements RuleCosts.Single {
        @Override
        public void evaluate(JsonNode document, LogSource logSource) {
            matcher.match(document, logSource);
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
