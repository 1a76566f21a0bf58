package dev.tocsin.sigma;

import dev.tocsin.sigma.correlate.CorrelationRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Runs the tests that stand beside rules: {@code name.yml} is tested by {@code name.test.yml}, a mapping with {@code
 * must_fire} and {@code must_not_fire}, lists of events, and {@code sequences} of events with times for correlations. An
 * event may say with {@code _logsource} what it is from; else it counts as one of the rule's own log source. Where a file
 * has several rules, it fires when any of them does. A rule may also point with {@code regression_tests_path} to events
 * that it must match, as the rules of SigmaHQ do.
 */
public final class RuleTests {
    private RuleTests() {
    }

    /**
     * One event put to the rules of a file.
     *
     * @param file the test file
     * @param line where the event begins
     * @param name such as {@code must_fire 1}
     * @param failure the explanation of each rule, empty when passed
     */
    public record Case(String file, int line, String name, List<SigmaRule> rules, boolean passed, String failure) {
        public Case {
            rules = List.copyOf(rules);
        }
    }

    /** A rule that nothing tests. */
    public record Untested(String id, String title, String file, int line) {
        static Untested of(SigmaRule rule) {
            return new Untested(rule.id(), rule.title(), rule.file(), rule.line());
        }
    }

    /**
     * A change to a rule that no test noticed.
     *
     * @param file the rule's
     * @param line of what was changed
     * @param kind {@code condition}, {@code selection}, {@code item}, {@code value} or {@code rule}
     * @param where the condition, or selection and item
     * @param change what was done, such as {@code without "\powershell.exe"}
     */
    public record Survivor(String file, int line, SigmaRule rule, String kind, String where, String change) {
    }

    /** How many changes were tried, and which the tests did not notice; nothing was tried where tests fail already. */
    public record Mutation(int mutants, List<Survivor> survivors) {
        public Mutation {
            survivors = List.copyOf(survivors);
        }
    }

    /**
     * @param cases in the order of the files
     * @param untested rules that have no test file
     * @param problems rules that do not load, test files that cannot be read or test nothing
     * @param mutation null when it was not asked for
     */
    public record Report(List<Case> cases, List<Untested> untested, List<SigmaProblem> problems,
            @Nullable Mutation mutation) {
        public Report {
            cases = List.copyOf(cases);
            untested = List.copyOf(untested);
            problems = List.copyOf(problems);
        }

        public boolean passed() {
            return cases.stream().allMatch(Case::passed) && problems.stream().noneMatch(SigmaProblem::isError);
        }
    }

    /** Reads an event as it is kept in files into what rules see of it, and its log source. */
    @FunctionalInterface
    public interface Reader {
        Reading read(JsonNode raw);
    }

    /** What a {@link Reader} makes of an event. */
    public record Reading(JsonNode fields, @Nullable String product, List<String> category,
            @Nullable String service) {
    }

    /** Told how far it is. */
    @FunctionalInterface
    public interface Progress {
        void at(int files, int of);
    }

    /**
     * @param pipeline rewrites the rules; the events are those it is for
     * @param wanted which rule files; what others say is still known, for correlations refer to it
     * @param mutate whether rules are also changed to see whether the tests notice
     * @param reader for the events of {@code regression_tests_path}
     */
    public record Options(FieldMapping mapping, Pipeline pipeline, Predicate<Path> wanted, boolean mutate,
            Reader reader,
            Progress progress) {
        /** All files, no mutation, events taken as they are and of no log source. */
        public static Options of(FieldMapping mapping) {
            return new Options(mapping, Pipeline.NONE, _ -> true, false, raw -> new Reading(raw, null, List.of(), null),
                    (_, _) -> {
                    });
        }
    }

    /** Runs the tests of the rules at or below the paths. */
    public static Report run(Collection<Path> filesOrDirectories, FieldMapping mapping) {
        return run(filesOrDirectories, Options.of(mapping));
    }

    /** Runs the tests of the rules at or below the paths. */
    public static Report run(Collection<Path> filesOrDirectories, Options options) {
        return run(SigmaRules.load(filesOrDirectories, Map.of(), options.pipeline()), filesOrDirectories, options);
    }

    /** As {@link #run(Collection, Options)}, of rules that were loaded from there already. */
    public static Report run(SigmaRules.Loaded all, Collection<Path> filesOrDirectories, Options options) {
        Map<String, List<SigmaRule>> byFile = all.rules().stream().collect(Collectors.groupingBy(SigmaRule::file));
        List<Path> files = SigmaRules.files(filesOrDirectories, new ArrayList<>()).stream().filter(options.wanted())
                .toList();
        List<Untested> untested = new ArrayList<>();
        RuleTestRun run = new RuleTestRun(options, all);
        all.problems().stream().filter(p -> options.wanted().test(Path.of(p.file()))).forEach(run.problems()::add);
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            List<SigmaRule> rules = byFile.getOrDefault(file.toString(), List.of());
            List<CorrelationRule> correlations = all.correlations().stream()
                    .filter(c -> c.head().file().equals(file.toString())).toList();
            boolean tested = Files.exists(testsOf(file));
            if (tested) {
                run.tests(RuleTestFile.read(testsOf(file)), rules, correlations);
            }
            for (SigmaRule rule : rules) {
                if (!run.regression(rule, file) && !tested) {
                    untested.add(Untested.of(rule));
                }
            }
            if (!tested) {
                correlations.forEach(c -> untested.add(new Untested(c.id(), c.head().title(), c.head().file(),
                        c.head().line())));
            }
            options.progress().at(i + 1, files.size());
        }
        return new Report(run.cases(), untested, run.problems(), options.mutate() ? run.mutation() : null);
    }

    /**
     * An event of a test file, for who wants to ask rules in a way of their own.
     *
     * @param rules that may answer it
     * @param product of the log that the event is from, as are category and service
     * @param ownSource nobody said: it is from whatever log the rule is for
     */
    public record Asked(String file, int line, String name, boolean mustFire, List<SigmaRule> rules, JsonNode fields,
            boolean ownSource, @Nullable String product, List<String> category, @Nullable String service) {
    }

    /** The events of the tests beside rule files. @param loaded from these files */
    public static List<Asked> asked(SigmaRules.Loaded loaded, Collection<Path> files) {
        Map<String, List<SigmaRule>> byFile = loaded.rules().stream().collect(Collectors.groupingBy(SigmaRule::file));
        List<Asked> asked = new ArrayList<>();
        files.stream().filter(f -> Files.exists(testsOf(f))).forEach(f -> {
            RuleTestFile tests = RuleTestFile.read(testsOf(f));
            List<SigmaRule> rules = byFile.getOrDefault(f.toString(), List.of());
            tests.asks().forEach(a -> asked.add(new Asked(tests.file(), a.line(), a.name(), a.mustFire(), rules,
                    a.event().fields(), a.event().ownSource(), a.event().product(), a.event().category(), a.event()
                            .service())));
        });
        return asked;
    }

    /** The test file of a rule file. */
    public static Path testsOf(Path rule) {
        String name = rule.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0
                ? rule.resolveSibling(name + ".test")
                : rule.resolveSibling(name.substring(0, dot) + ".test" + name.substring(dot));
    }
}
