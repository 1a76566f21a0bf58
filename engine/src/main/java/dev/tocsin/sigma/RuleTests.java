package dev.tocsin.sigma;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tests that stand beside rules: {@code name.yml} has {@code name.test.yml} with lists {@code must_fire} and
 * {@code must_not_fire} of events. An event may bring its own {@code _logsource}; without it the rule's is assumed. Where a
 * file holds several rules, an event fires when any of them does.
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
    }

    /**
     * @param cases in the order of the files
     * @param untested rules that have no test file
     * @param problems rules that do not load, test files that cannot be read or test nothing
     */
    public record Report(List<Case> cases, List<SigmaRule> untested, List<SigmaProblem> problems) {
        public Report {
            cases = List.copyOf(cases);
            untested = List.copyOf(untested);
            problems = List.copyOf(problems);
        }

        public boolean passed() {
            return cases.stream().allMatch(Case::passed) && problems.stream().noneMatch(SigmaProblem::isError);
        }
    }

    /** Runs the tests of the rules at or below the paths. */
    public static Report run(Collection<Path> filesOrDirectories, FieldMapping mapping) {
        return run(filesOrDirectories, mapping, Pipeline.NONE);
    }

    /** As {@link #run(Collection, FieldMapping)}, the rules rewritten by a pipeline; the events are those it is for. */
    public static Report run(Collection<Path> filesOrDirectories, FieldMapping mapping, Pipeline pipeline) {
        List<SigmaProblem> problems = new ArrayList<>();
        List<Case> cases = new ArrayList<>();
        List<SigmaRule> untested = new ArrayList<>();
        SigmaRules.Loaded all = SigmaRules.load(filesOrDirectories, Map.of(), pipeline);
        problems.addAll(all.problems());
        Map<String, List<SigmaRule>> byFile = all.rules().stream().collect(Collectors.groupingBy(SigmaRule::file));
        for (Path file : SigmaRules.files(filesOrDirectories, new ArrayList<>())) {
            List<SigmaRule> rules = byFile.getOrDefault(file.toString(), List.of());
            Path tests = testsOf(file);
            if (!Files.exists(tests)) {
                untested.addAll(rules);
            } else if (!rules.isEmpty()) {
                cases.addAll(new RuleTestFile(tests, rules, mapping, problems).run());
            }
        }
        return new Report(cases, untested, problems);
    }

    private static Path testsOf(Path rule) {
        String name = rule.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0
                ? rule.resolveSibling(name + ".test")
                : rule.resolveSibling(name.substring(0, dot) + ".test" + name.substring(dot));
    }
}
