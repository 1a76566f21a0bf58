package dev.tocsin.content;

import dev.tocsin.base.Problem;
import dev.tocsin.detect.SigmaLoading;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.Pipeline;
import dev.tocsin.sigma.RuleCache;
import dev.tocsin.sigma.RuleTests;
import dev.tocsin.sigma.SigmaEngine;
import dev.tocsin.sigma.SigmaLint;
import dev.tocsin.sigma.SigmaProblem;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.SigmaRules;
import dev.tocsin.sigma.correlate.CorrelationRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether a bundle may go live: every rule loads, compiles, and passes the tests beside it. What did not change since a bundle
 * that was checked before is loaded but neither compiled, tested nor linted again. Used by one thread at a time.
 */
public final class BundleCheck {
    private static final String FAILS = "E432";
    private static final String UNTESTED = "E433";
    private static final String RULE_FAILS = "E411";
    private static final int WARNINGS_MAX = 200;
    private static final int COSTS_MAX = 100;
    private static final int MEASURED_EVENTS = 2_000;

    private final RuleCache cache;
    private final boolean requireTests;
    private final RuleTests.Reader reader;
    private @Nullable Manifest before;
    private Set<String> filtersBefore = Set.of();
    private Set<String> filtersNow = Set.of();

    /** @param reader reads events that rules point to with {@code regression_tests_path} */
    public BundleCheck(RuleCache cache, boolean requireTests, RuleTests.Reader reader) {
        this.cache = cache;
        this.requireTests = requireTests;
        this.reader = reader;
    }

    /** What a check gathers. */
    private final class Run {
        private final Bundle bundle;
        private final List<Problem> fatal = new ArrayList<>();
        private final Map<String, Refused> refused = new LinkedHashMap<>();
        private final List<CheckReport.Cost> costs = new ArrayList<>();
        private final Set<String> filters;
        private final Set<String> changed;
        private final Pipeline pipeline;
        private final SigmaRules.Loaded loaded;
        private final Map<String, List<String>> idsByFile = new HashMap<>();
        private int tests;
        private int untested;

        Run(Bundle bundle) {
            this.bundle = bundle;
            List<Problem> ofPipelines = new ArrayList<>();
            pipeline = SigmaLoading.pipeline(bundle.pipelines(), ofPipelines);
            ofPipelines.stream().filter(p -> !p.code().startsWith("W")).forEach(fatal::add);
            loaded = SigmaRules.load(bundle.rules(), Map.of(), pipeline, cache);
            for (SigmaRule rule : loaded.rules()) {
                idsByFile.computeIfAbsent(rule.file(), _ -> new ArrayList<>()).add(rule.id());
            }
            for (CorrelationRule rule : loaded.correlations()) {
                idsByFile.computeIfAbsent(rule.head().file(), _ -> new ArrayList<>()).add(rule.id());
            }
            filters = filters();
            changed = changed();
        }

        /** Files that are good and have no rule. */
        private Set<String> filters() {
            Set<String> found = new HashSet<>();
            bundle.manifest().hashes().keySet().stream().filter(Bundle::isRule).forEach(found::add);
            found.removeAll(idsByFile.keySet());
            loaded.problems().stream().filter(SigmaProblem::isError).map(SigmaProblem::file).forEach(found::remove);
            return found;
        }

        private Set<String> changed() {
            Manifest old = before;
            Set<String> all = new HashSet<>(idsByFile.keySet());
            if (old == null) {
                return all;
            }
            Set<String> differ = new HashSet<>(bundle.changedSince(old));
            Map<String, String> hashes = bundle.manifest().hashes();
            // What a filter says changes rules of other files.
            if (filters.stream().anyMatch(differ::contains) || filtersBefore.stream().anyMatch(f -> !hashes.containsKey(
                    f))) {
                return all;
            }
            if (!differ.isEmpty()) {
                loaded.correlations().forEach(c -> differ.add(c.head().file()));
            }
            return differ;
        }

        CheckReport report() {
            for (SigmaProblem problem : loaded.problems()) {
                if (problem.isError()) {
                    refuse(problem.file(), problem.line(), problem.code(), problem.what(), problem.hint(), List.of());
                }
            }
            if (idsByFile.isEmpty()) {
                fatal.add(new Problem("E430", "", "there is no rule in it that can be used",
                        "push a directory of Sigma rules"));
            }
            compile(loaded.rules().stream().filter(rule -> changed.contains(rule.file())).toList());
            test();
            List<Problem> warnings = lint();
            costs.sort(Comparator.comparingLong(CheckReport.Cost::nanos).reversed());
            return new CheckReport(loaded.rules().size() + loaded.correlations().size(), changed.size(), tests,
                    untested, fatal, List.copyOf(refused.values()), warnings, costs.subList(0, Math.min(COSTS_MAX, costs
                            .size())));
        }

        /** Together, which is quick; if that fails, each alone. */
        private void compile(List<SigmaRule> rules) {
            try {
                SigmaEngine.compile(rules, FieldMapping.ecs());
                SigmaEngine.compile(rules, FieldMapping.IDENTITY).alwaysEvaluated().forEach(rule -> costs.add(
                        new CheckReport.Cost(rule.id(), shown(rule.file()), 0, true)));
            } catch (RuntimeException | StackOverflowError e) {
                if (rules.size() == 1) {
                    SigmaRule rule = rules.getFirst();
                    refuse(rule.file(), rule.line(), RULE_FAILS, "the rule \"" + rule.title()
                            + "\" cannot be compiled: " + e, "simplify it", List.of(rule.id()));
                } else {
                    rules.forEach(rule -> compile(List.of(rule)));
                }
            }
        }

        private void test() {
            RuleTests.Options options = new RuleTests.Options(FieldMapping.IDENTITY, pipeline, file -> changed.contains(
                    file.toString()), false, reader, (_, _) -> {
                    });
            RuleTests.Report report = RuleTests.run(loaded, bundle.rules(), options);
            tests = report.cases().size();
            for (RuleTests.Case one : report.cases()) {
                if (!one.passed()) {
                    String file = one.file().endsWith(".json") && !one.rules().isEmpty()
                            ? one.rules().getFirst().file()
                            : ruleOf(one.file());
                    refuse(one.file(), one.line(), FAILS, "the test " + one.name() + " fails: "
                            + one.failure().lines().findFirst().orElse(""), "tocsin rules test shows why", ids(file));
                }
            }
            for (SigmaProblem problem : report.problems()) {
                if (problem.isError()) {
                    String file = ruleOf(problem.file());
                    refuse(problem.file(), problem.line(), problem.code(), problem.what(), problem.hint(),
                            file.equals(problem.file()) ? List.of() : ids(file));
                }
            }
            untested = report.untested().size();
            if (requireTests) {
                report.untested().forEach(u -> refuse(u.file(), u.line(), UNTESTED, "the rule \"" + u.title()
                        + "\" has no test", "write one beside it, named " + shown(Bundle.testsOf(u.file())),
                        List.of(u.id())));
            }
            measure();
        }

        private List<String> ids(String file) {
            return idsByFile.getOrDefault(file, List.of());
        }

        private void measure() {
            Map<String, CheckReport.Cost> dear = new HashMap<>();
            List<Path> files = changed.stream().limit(COSTS_MAX).map(bundle::path).toList();
            for (RuleTests.Asked asked : RuleTests.asked(loaded, files)) {
                for (SigmaRule rule : asked.rules()) {
                    if (!dear.containsKey(rule.id()) && !isRefused(rule.id())) {
                        dear.put(rule.id(), new CheckReport.Cost(rule.id(), shown(rule.file()), nanos(rule, asked),
                                costs.removeIf(c -> c.rule().equals(rule.id()))));
                    }
                }
            }
            costs.addAll(dear.values());
        }

        private boolean isRefused(String id) {
            return refused.values().stream().anyMatch(r -> r.rules().contains(id));
        }

        private static long nanos(SigmaRule rule, RuleTests.Asked asked) {
            SigmaEngine engine = SigmaEngine.compile(List.of(rule), FieldMapping.IDENTITY);
            long begun = System.nanoTime();
            for (int i = 0; i < MEASURED_EVENTS; i++) {
                engine.matchesNaively(rule, asked.fields());
            }
            return (System.nanoTime() - begun) / MEASURED_EVENTS;
        }

        private List<Problem> lint() {
            List<Path> files = changed.stream().sorted().limit(WARNINGS_MAX).map(bundle::path).toList();
            return SigmaLint.lint(loaded, files, SigmaLint.Options.standard()).problems().stream()
                    .filter(p -> p.severity().equals("warning")).limit(WARNINGS_MAX)
                    .map(p -> new Problem(p.code(), shown(p.where()), p.what(), p.hint())).toList();
        }

        private void refuse(String file, int line, String code, String reason, String hint, List<String> rules) {
            refused.putIfAbsent(file + ":" + line + " " + code, new Refused(shown(file), line, code, reason, hint,
                    rules));
        }
    }

    /** @param test name of a test file, or of a rule file, which is then the answer */
    private static String ruleOf(String test) {
        return test.replaceFirst("\\.test(\\.ya?ml)$", "$1");
    }

    /** As its author knows it. */
    private static String shown(String file) {
        return file.startsWith("rules/") ? file.substring("rules/".length()) : file;
    }

    /** Looks at everything, or at what has changed since the last bundle that was {@link #passed}. */
    public CheckReport check(Bundle bundle) {
        Run run = new Run(bundle);
        CheckReport report = run.report();
        filtersNow = run.filters;
        return report;
    }

    /**
     * The bundle that was checked last goes live; what the next one has in common with it need not be looked at again, but for
     * what was refused.
     */
    public void passed(Bundle bundle, CheckReport report) {
        TreeMap<String, String> hashes = new TreeMap<>(bundle.manifest().hashes());
        for (Refused each : report.refused()) {
            hashes.remove("rules/" + each.file());
            hashes.remove(ruleOf("rules/" + each.file()));
        }
        before = new Manifest(bundle.commit(), bundle.manifest().rules(), hashes);
        filtersBefore = filtersNow;
    }
}
