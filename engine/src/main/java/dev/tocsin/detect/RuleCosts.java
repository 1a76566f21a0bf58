package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.event.LogSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What each rule costs. The engine evaluates all rules together and shares most of the work, so a rule's own share cannot
 * be read off it; instead, with one event in {@value #ONE_IN}, a few of the rules that are for such events are evaluated
 * alone, in turn, with a watch. The sum for each rule is weighted by what was left out, so it estimates the time that the
 * rule alone would have taken for all events: right for comparing rules, more than the engine really spends.
 *
 * <p>Any thread may use it. What is not measured costs one counter for each event.
 */
public final class RuleCosts {
    static final int ONE_IN = 64;
    static final int RULES_AT_ONCE = 4;
    /** Rules that have a line of their own among the metrics; the others are one. */
    private static final int LABELS_MAX = 20;

    private final AtomicLong events = new AtomicLong();
    private final ConcurrentHashMap<String, Sum> sums = new ConcurrentHashMap<>();

    /** Evaluates single rules; a {@link Ruleset} that can be measured gives one. */
    public interface Alone {
        /** How many rules there are for events of that kind. */
        int count(LogSource logSource);

        /** One of them, ready to be evaluated: making it so is not measured. */
        Single rule(int number, LogSource logSource, boolean ecs);
    }

    /** One rule. */
    public interface Single {
        String id();

        /** Evaluates it and throws the answer away. */
        void evaluate(JsonNode document, LogSource logSource);
    }

    private static final class Sum {
        private final LongAdder evaluations = new LongAdder();
        private final LongAdder nanos = new LongAdder();
        private final LongAdder estimate = new LongAdder();
    }

    /**
     * @param evaluations how often the rule was measured
     * @param nanosPerEvent mean time of one evaluation alone
     * @param seconds estimate of the time for all events since the start
     */
    public record Cost(long evaluations, long nanosPerEvent, double seconds) {
        static final Cost NONE = new Cost(0, 0, 0);
    }

    /** To be called for each event; measures now and then. A rule that fails here is told where it is evaluated for real. */
    public void sample(Ruleset ruleset, Event event) {
        sample(ruleset, event, Runnable::run);
    }

    /** @param executor measures; may leave it out when it has too much to do */
    void sample(Ruleset ruleset, Event event, Executor executor) {
        long number = events.getAndIncrement();
        if (number % ONE_IN == 0 && ruleset.alone() != null) {
            executor.execute(() -> measure(ruleset, event, number));
        }
    }

    private void measure(Ruleset ruleset, Event event, long number) {
        JsonNode body = DetectStage.body(event);
        boolean vendor = body.get("vendor") instanceof ObjectNode;
        measure(ruleset, vendor ? body.get("vendor") : body, event.logSource(), !vendor, number);
    }

    void measure(Ruleset ruleset, JsonNode document, LogSource logSource, boolean ecs, long number) {
        Alone alone = ruleset.alone();
        int rules = alone == null ? 0 : alone.count(logSource);
        if (alone == null || rules == 0) {
            return;
        }
        int now = Math.min(RULES_AT_ONCE, rules);
        long turn = number / ONE_IN * now;
        for (int i = 0; i < now; i++) {
            try {
                Single rule = alone.rule((int) ((turn + i) % rules), logSource, ecs);
                long begun = System.nanoTime();
                rule.evaluate(document, logSource);
                add(rule.id(), System.nanoTime() - begun, (double) ONE_IN * rules / now);
            } catch (RuntimeException | StackOverflowError _) {
                continue;
            }
        }
    }

    void add(String id, long nanos, double weight) {
        Sum sum = sums.computeIfAbsent(id, _ -> new Sum());
        sum.evaluations.increment();
        sum.nanos.add(nanos);
        sum.estimate.add(Math.round(nanos * weight));
    }

    public Cost of(String ruleId) {
        Sum sum = sums.get(ruleId);
        return sum == null ? Cost.NONE : cost(sum);
    }

    private static Cost cost(Sum sum) {
        long count = Math.max(1, sum.evaluations.sum());
        return new Cost(sum.evaluations.sum(), sum.nanos.sum() / count, sum.estimate.sum() / 1e9);
    }

    /** The dearest rules and the sum of the others, for Prometheus. Empty when nothing was measured. */
    public String metrics() {
        List<Map.Entry<String, Cost>> costs = new ArrayList<>();
        sums.forEach((id, sum) -> costs.add(Map.entry(id, cost(sum))));
        if (costs.isEmpty()) {
            return "";
        }
        costs.sort(Comparator.comparingDouble((Map.Entry<String, Cost> e) -> -e.getValue().seconds())
                .thenComparing(Map.Entry::getKey));
        String name = "tocsin_detect_rule_evaluation_seconds";
        StringBuilder out = new StringBuilder("# HELP ").append(name)
                .append(" Estimated time of the dearest rules, each evaluated alone, since the start\n# TYPE ")
                .append(name)
                .append(" gauge\n");
        costs.stream().limit(LABELS_MAX).forEach(e -> line(out, name, e.getKey(), e.getValue().seconds()));
        if (costs.size() > LABELS_MAX) {
            line(out, name, "other", costs.stream().skip(LABELS_MAX).mapToDouble(e -> e.getValue().seconds()).sum());
        }
        return out.toString();
    }

    /** As a label's value. */
    static String label(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static void line(StringBuilder out, String name, @Nullable String rule, double seconds) {
        out.append(name).append("{rule=\"").append(label(String.valueOf(rule))).append("\"} ")
                .append(String.format(Locale.ROOT, "%.6f", seconds)).append('\n');
    }
}
