package dev.tocsin.sigma;

import dev.tocsin.sigma.correlate.CorrelationRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts events to rules and notes what came of it. Owned by one thread. */
final class RuleTestRun {
    private final RuleTests.Options options;
    private final SigmaRules.Loaded all;
    private final NaiveEvaluator evaluator;
    private final List<RuleTests.Case> cases = new ArrayList<>();
    private final List<SigmaProblem> problems = new ArrayList<>();
    private final List<RuleTests.Survivor> survivors = new ArrayList<>();
    private int mutants;

    /** @param all every rule that is known, for correlations that refer to rules of other files */
    RuleTestRun(RuleTests.Options options, SigmaRules.Loaded all) {
        this.options = options;
        this.all = all;
        this.evaluator = new NaiveEvaluator(options.mapping());
    }

    List<RuleTests.Case> cases() {
        return cases;
    }

    List<SigmaProblem> problems() {
        return problems;
    }

    RuleTests.Mutation mutation() {
        return new RuleTests.Mutation(mutants, survivors);
    }

    /** @param correlations of the file; those of others may be needed to feed them, but raise nothing here */
    void tests(RuleTestFile tests, List<SigmaRule> rules, List<CorrelationRule> correlations) {
        if (rules.isEmpty() && correlations.isEmpty()) {
            return; // Why nothing of the file loaded is said already.
        }
        problems.addAll(tests.problems());
        int before = cases.size();
        for (RuleTestFile.Ask ask : tests.asks()) {
            List<Explanation> answers = new ArrayList<>();
            boolean fired = false;
            for (SigmaRule rule : rules) {
                fired |= ask.event().fires(rule, evaluator);
            }
            String failure = "";
            if (fired != ask.mustFire()) {
                rules.forEach(rule -> answers.add(ask.event().explain(rule, options.mapping())));
                failure = (fired ? "fires but must not\n" : "must fire but does not\n")
                        + String.join("\n", answers.stream().map(Explanation::toText).toList());
            }
            cases.add(new RuleTests.Case(tests.file(), ask.line(), ask.name(), rules, failure.isEmpty(), failure));
        }
        for (TestSequence sequence : tests.sequences()) {
            String failure = new SequenceRun(all, correlations, evaluator, options.mapping()).run(sequence);
            cases.add(new RuleTests.Case(tests.file(), sequence.line(), sequence.name(), rules, failure.isEmpty(),
                    failure));
        }
        boolean passed = cases.subList(before, cases.size()).stream().allMatch(RuleTests.Case::passed);
        if (options.mutate() && passed && tests.problems().isEmpty() && !tests.asks().isEmpty()) {
            rules.forEach(rule -> mutate(rule, rules, tests.asks()));
        }
    }

    /** Events that the rule points to itself; returns whether there are any. */
    boolean regression(SigmaRule rule, Path file) {
        List<RuleTests.Case> found = new RegressionFile(rule, file, options, evaluator, problems).run();
        cases.addAll(found);
        return !found.isEmpty();
    }

    private void mutate(SigmaRule rule, List<SigmaRule> rules, List<RuleTestFile.Ask> asks) {
        mutants += 2;
        if (asks.stream().noneMatch(a -> a.mustFire() && !othersFire(a, rule, rules))) {
            survives(rule, "rule", rule.line(), "rule", "never fires");
        }
        if (asks.stream().allMatch(RuleTestFile.Ask::mustFire)) {
            survives(rule, "rule", rule.line(), "rule", "always fires");
        }
        for (RuleMutant mutant : RuleMutant.of(rule)) {
            mutants++;
            boolean noticed = asks.stream().anyMatch(ask -> (ask.event().fires(mutant.rule(), evaluator)
                    || othersFire(ask, rule, rules)) != ask.mustFire());
            if (!noticed) {
                survives(rule, mutant.kind(), mutant.line(), mutant.where(), mutant.change());
            }
        }
    }

    private boolean othersFire(RuleTestFile.Ask ask, SigmaRule but, List<SigmaRule> rules) {
        for (SigmaRule rule : rules) {
            if (rule != but && ask.event().fires(rule, evaluator)) {
                return true;
            }
        }
        return false;
    }

    private void survives(SigmaRule rule, String kind, int line, String where, String change) {
        survivors.add(new RuleTests.Survivor(rule.file(), line, rule, kind, where, change));
    }
}
