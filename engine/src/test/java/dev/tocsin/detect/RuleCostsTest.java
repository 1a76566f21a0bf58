package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.LogSource;
import dev.tocsin.log.Events;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RuleCostsTest {
    private final RuleCosts costs = new RuleCosts();
    private final Map<String, Integer> evaluated = new HashMap<>();

    /** Ten rules, of which the last one fails. */
    private final class Ten implements Ruleset, RuleCosts.Alone {
        @Override
        public Matches match(byte[] body, LogSource logSource) {
            return Matches.NONE;
        }

        @Override
        public List<DetectionRule> matchNaively(byte[] body, LogSource logSource) {
            return match(body, logSource).rules();
        }

        @Override
        public List<DetectionRule> rules() {
            return List.of();
        }

        @Override
        public String content() {
            return "ten";
        }

        @Override
        public RuleCosts.@Nullable Alone alone() {
            return this;
        }

        @Override
        public int count(LogSource logSource) {
            return 10;
        }

        @Override
        public RuleCosts.Single rule(int number, LogSource logSource, boolean ecs) {
            return new RuleCosts.Single() {
                @Override
                public String id() {
                    return "r" + number;
                }

                @Override
                public void evaluate(JsonNode document, LogSource from) {
                    evaluated.merge("r" + number, 1, Integer::sum);
                    if (number == 9) {
                        throw new IllegalStateException("boom");
                    }
                }
            };
        }
    }

    @Test
    void oneEventInSoManyIsMeasuredAndEachRuleHasItsTurn() {
        Ten ten = new Ten();
        int events = RuleCosts.ONE_IN * 10;
        for (int i = 0; i < events; i++) {
            costs.sample(ten, Events.event(i, LogSource.UNKNOWN, "{}"));
        }
        assertThat(evaluated).hasSize(10);
        assertThat(evaluated.values()).containsOnly(RuleCosts.RULES_AT_ONCE);
        assertThat(costs.of("r0").evaluations()).isEqualTo(4);
        assertThat(costs.of("r9")).isEqualTo(RuleCosts.Cost.NONE);
        assertThat(costs.of("absent")).isEqualTo(RuleCosts.Cost.NONE);
    }

    @Test
    void theEstimateCountsWhatWasNotMeasured() {
        costs.add("a", 1_000, 160);
        costs.add("a", 3_000, 160);
        assertThat(costs.of("a")).isEqualTo(new RuleCosts.Cost(2, 2_000, 640_000 / 1e9));
    }

    @Test
    void metricsNameTheDearestRulesAndSumTheOthersUp() {
        assertThat(costs.metrics()).isEmpty();
        for (int i = 1; i <= 25; i++) {
            costs.add("rule \"" + i + "\"", i * 1_000_000_000L, 1);
        }
        List<String> lines = costs.metrics().lines().toList();
        assertThat(lines).hasSize(2 + 20 + 1).contains("# TYPE tocsin_detect_rule_evaluation_seconds gauge");
        assertThat(lines.get(2)).isEqualTo("tocsin_detect_rule_evaluation_seconds{rule=\"rule \\\"25\\\"\"} 25.000000");
        assertThat(lines.getLast()).isEqualTo("tocsin_detect_rule_evaluation_seconds{rule=\"other\"} 15.000000");
    }
}
