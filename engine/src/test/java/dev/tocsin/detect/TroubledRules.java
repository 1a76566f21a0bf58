package dev.tocsin.detect;

import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.correlate.CorrelationSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Rules of which some fail on every event that they match, and some burn time on every event. */
record TroubledRules(Ruleset all, Set<String> failing, Set<String> slow, long burnNanos) implements Ruleset {
    private static final java.lang.management.ThreadMXBean THREADS = java.lang.management.ManagementFactory
            .getThreadMXBean();

    @Override
    public Matches match(byte[] body, LogSource logSource) {
        if (!slow.isEmpty()) {
            long until = THREADS.getCurrentThreadCpuTime() + burnNanos;
            while (THREADS.getCurrentThreadCpuTime() < until) {
                Thread.onSpinWait();
            }
        }
        Matches matches = all.match(body, logSource);
        List<DetectionRule> good = new ArrayList<>();
        List<Failure> bad = new ArrayList<>(matches.failures());
        for (DetectionRule rule : matches.rules()) {
            if (failing.contains(rule.id())) {
                bad.add(new Failure(rule, "boom"));
            } else {
                good.add(rule);
            }
        }
        return new Matches(good, bad);
    }

    @Override
    public Ruleset only(Predicate<String> ids) {
        Set<String> some = new HashSet<>(slow);
        some.removeIf(ids.negate());
        return new TroubledRules(all.only(ids), failing, some, burnNanos);
    }

    @Override
    public List<DetectionRule> matchNaively(byte[] body, LogSource logSource) {
        return all.matchNaively(body, logSource);
    }

    @Override
    public List<DetectionRule> rules() {
        return all.rules();
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

    @Override
    public @Nullable String hash(String ruleId) {
        String hash = all.hash(ruleId);
        return hash == null ? null : hash + (failing.contains(ruleId) || slow.contains(ruleId) ? "-troubled" : "");
    }

    @Override
    public List<Refused> refused() {
        return all.refused();
    }

    @Override
    public List<DetectionRule> rulesOf(String file) {
        return all.rulesOf(file);
    }
}
