package dev.tocsin.sigma;

import dev.tocsin.sigma.correlate.CorrelationEngine;
import dev.tocsin.sigma.correlate.CorrelationRule;
import dev.tocsin.sigma.correlate.Firing;
import dev.tocsin.sigma.correlate.MatchId;
import dev.tocsin.sigma.correlate.RuleMatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets the events of a sequence happen at their times and compares the alerts of the file's correlations with those that
 * are wanted. All events count as in time, and at the end all windows close.
 */
final class SequenceRun {
    private final SigmaRules.Loaded all;
    private final Set<String> own;
    private final NaiveEvaluator evaluator;
    private final FieldMapping mapping;

    /** @param own the correlations whose alerts are looked at */
    SequenceRun(SigmaRules.Loaded all, List<CorrelationRule> own, NaiveEvaluator evaluator, FieldMapping mapping) {
        this.all = all;
        this.own = own.stream().map(CorrelationRule::id).collect(Collectors.toSet());
        this.evaluator = evaluator;
        this.mapping = mapping;
    }

    /** What is wrong, in lines; empty when all is as wanted. */
    String run(TestSequence sequence) {
        CorrelationEngine engine = new CorrelationEngine(all.correlations());
        int matched = 0;
        for (int i = 0; i < sequence.events().size(); i++) {
            TestSequence.Timed timed = sequence.events().get(i);
            for (SigmaRule rule : all.rules()) {
                if (timed.event().fires(rule, evaluator)) {
                    matched++;
                    engine.accept(new RuleMatch(rule.id(), new MatchId(0, i + 1L), timed.time().toEpochMilli(), "test",
                            field -> RuleFields.value(timed.event().fields(), field, rule, mapping)));
                }
            }
        }
        List<Firing> firings = engine.finish().stream().filter(f -> !f.silent() && own.contains(f.rule().id()))
                .toList();
        return difference(sequence, firings, matched);
    }

    private static String difference(TestSequence sequence, List<Firing> firings, int matched) {
        List<Firing> left = new ArrayList<>(firings);
        List<String> wrong = new ArrayList<>();
        for (TestSequence.Wanted wanted : sequence.alerts()) {
            Firing found = left.stream().filter(f -> isWanted(f, wanted)).findFirst().orElse(null);
            if (found == null) {
                wrong.add("line " + wanted.line() + ": missing is " + wanted);
            } else {
                left.remove(found);
            }
        }
        left.forEach(firing -> wrong.add("nobody wants " + describe(firing)));
        if (wrong.isEmpty()) {
            return "";
        }
        return "raises other alerts than wanted\n" + String.join("\n", wrong) + "\nraised were "
                + (firings.isEmpty() ? "none" : "") + firings.stream().map(f -> "\n  " + describe(f))
                        .collect(Collectors.joining())
                + "\n" + sequence.events().size() + " events matched rules " + matched + " times\n";
    }

    private static boolean isWanted(Firing firing, TestSequence.Wanted wanted) {
        CorrelationRule rule = firing.rule();
        boolean named = wanted.rule() == null || wanted.rule().equals(rule.id()) || wanted.rule().equals(rule.name())
                || wanted.rule().equals(rule.head().title());
        Map<String, @Nullable String> group = group(firing);
        return named && wanted.group().entrySet().stream()
                .allMatch(e -> e.getValue().equals(group.get(e.getKey())))
                && (wanted.count() == null || wanted.count().equals(firing.measure()))
                && (wanted.time() == null || wanted.time().toEpochMilli() == firing.timeMillis());
    }

    private static Map<String, @Nullable String> group(Firing firing) {
        Map<String, @Nullable String> group = new LinkedHashMap<>();
        for (int i = 0; i < firing.rule().groupBy().size(); i++) {
            group.put(firing.rule().groupBy().get(i), firing.group().values().get(i));
        }
        return group;
    }

    private static String describe(Firing firing) {
        return "an alert of rule " + firing.rule().head().title() + ", " + group(firing) + ", count "
                + firing.measure() + ", at " + Instant.ofEpochMilli(firing.timeMillis()) + " by events "
                + firing.events().stream().map(id -> "" + id.low()).collect(Collectors.joining(", "));
    }
}
