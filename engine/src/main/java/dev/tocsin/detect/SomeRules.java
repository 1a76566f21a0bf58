package dev.tocsin.detect;

import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.correlate.CorrelationSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Some rules of a set: the others are matched, too, and their answers thrown away. */
record SomeRules(Ruleset all, Predicate<String> ids) implements Ruleset {
    @Override
    public Matches match(byte[] body, LogSource logSource) {
        Matches matches = all.match(body, logSource);
        return new Matches(some(matches.rules()),
                matches.failures().stream().filter(f -> ids.test(f.rule().id())).toList());
    }

    @Override
    public List<DetectionRule> matchNaively(byte[] body, LogSource logSource) {
        return some(all.matchNaively(body, logSource));
    }

    @Override
    public List<DetectionRule> rules() {
        return some(all.rules());
    }

    @Override
    public CorrelationSet correlations() {
        return all.correlations();
    }

    @Override
    public @Nullable String field(JsonNode document, boolean ecs, String ruleId, String name) {
        return all.field(document, ecs, ruleId, name);
    }

    @Override
    public String content() {
        return all.content();
    }

    private List<DetectionRule> some(List<DetectionRule> rules) {
        return rules.stream().filter(rule -> ids.test(rule.id())).toList();
    }
}
