package dev.tocsin.cli.rules;

import dev.tocsin.cli.Progress;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.RuleTests;
import dev.tocsin.sigma.SigmaRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Stack;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code rules test}: runs the tests that stand beside rules. */
@Command(name = "test", description = {
        "Runs the tests beside rules: name.yml is tested by name.test.yml, which has lists",
        "must_fire and must_not_fire of events, and for correlations sequences of events with times.",
        "Exit code 1 when a test fails."}, footer = {"", "Examples:", "  tocsin rules test rules",
                "  tocsin rules test --changed rules         only what this branch changed",
                "  tocsin rules test --mutate=strict rules   do the tests notice when a rule breaks?"})
final class TestCommand implements Callable<Integer> {
    @Mixin
    private final Output output;

    @Option(names = "--junit", paramLabel = "FILE", description = "Also write the results as JUnit XML.")
    private @Nullable Path junit;

    @Option(names = "--changed", description = {
            "Only rules that git says have changed, or whose tests have, since the branch left its upstream (or main).",
            "Uncommitted and new files count."})
    private boolean changed;

    @Option(names = "--base", paramLabel = "COMMIT", description = "With --changed: since this commit, branch or tag.")
    private String base = "";

    @Option(names = "--mutate", arity = "0..1", fallbackValue = "list", parameterConsumer = MutateWord.class, paramLabel = "strict", description = {
            "Also break each rule in every small way (without a value, an item, a selection, a not; or for and) and",
            "list the breaks that no test notices. With --mutate=strict these give exit code 1."})
    private @Nullable String mutate;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Rule files or directories.")
    private List<Path> paths = List.of();

    private final EventReader reader;

    TestCommand(EventReader reader, Terminal terminal) {
        this.reader = reader;
        output = new Output(terminal);
    }

    @Override
    public Integer call() throws IOException {
        boolean strict = "strict".equals(mutate);
        if (!base.isEmpty() && !changed) {
            throw output.wrongUse("--base belongs to --changed");
        }
        Predicate<Path> wanted = wanted();
        RuleTests.Report report;
        try (Bar bar = new Bar(output.terminal())) {
            report = RuleTests.run(output.existing(paths),
                    new RuleTests.Options(output.mapping(), output.pipeline(), wanted,
                            mutate != null, this::read, bar));
        }
        if (junit != null) {
            JunitReport.write(junit, report);
        }
        if (output.isJson()) {
            output.json(json(report));
        } else {
            new TestReport(output, changed).print(report);
        }
        RuleTests.Mutation mutation = report.mutation();
        return report.passed() && !(strict && mutation != null && !mutation.survivors().isEmpty()) ? 0 : 1;
    }

    private RuleTests.Reading read(tools.jackson.databind.JsonNode raw) {
        EventReader.Reading reading = reader.read(raw);
        LogSource from = reading.logSource();
        return new RuleTests.Reading(reading.fields(), from.product(), from.category(), from.service());
    }

    private Predicate<Path> wanted() {
        if (!changed) {
            return _ -> true;
        }
        Set<Path> files = new HashSet<>();
        try {
            for (Path path : output.existing(paths)) {
                Path absolute = path.toAbsolutePath().normalize();
                files.addAll(GitChanges.since(Files.isDirectory(absolute) ? absolute : absolute.resolveSibling(""),
                        base));
            }
        } catch (IOException e) {
            throw output.wrongUse("--changed: " + e.getMessage());
        }
        return file -> files.contains(file.toAbsolutePath().normalize())
                || files.contains(RuleTests.testsOf(file).toAbsolutePath().normalize());
    }

    /** Takes the next word only when it is meant: what follows is more often the first path. */
    static final class MutateWord implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            boolean meant = !words.isEmpty() && (words.peek().equals("strict") || words.peek().equals("list"));
            option.setValue(meant ? words.pop() : "list");
        }
    }

    /** Shown once the work takes so long that a person asks. */
    private static final class Bar implements RuleTests.Progress, AutoCloseable {
        private static final long PATIENCE_NANOS = 1_000_000_000L;
        private final Terminal terminal;
        private final long begun = System.nanoTime();
        private @Nullable Progress progress;

        Bar(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public void at(int files, int of) {
            if (progress == null && terminal.notesInteractive() && System.nanoTime() - begun > PATIENCE_NANOS) {
                progress = new Progress(terminal, "testing", "files", of);
            }
            if (progress != null) {
                progress.update(files);
            }
        }

        @Override
        public void close() {
            if (progress != null) {
                progress.close();
            }
        }
    }

    private static ObjectNode json(RuleTests.Report report) {
        ObjectNode json = Json.object().put("passed", report.passed());
        ArrayNode cases = json.putArray("cases");
        for (RuleTests.Case one : report.cases()) {
            ObjectNode node = cases.addObject().put("file", one.file()).put("line", one.line()).put("name", one.name())
                    .put("passed", one.passed());
            if (!one.passed()) {
                node.put("failure", one.failure());
            }
        }
        ArrayNode untested = json.putArray("untested");
        report.untested().forEach(rule -> untested.addObject().put("id", rule.id()).put("title", rule.title())
                .put("file", rule.file()));
        Output.toJson(report.problems(), json.putArray("problems"));
        RuleTests.Mutation mutation = report.mutation();
        if (mutation != null) {
            ObjectNode node = json.putObject("mutation").put("mutants", mutation.mutants());
            ArrayNode survivors = node.putArray("survivors");
            for (RuleTests.Survivor one : mutation.survivors()) {
                rule(survivors.addObject(), one.rule()).put("line", one.line()).put("kind", one.kind())
                        .put("where", one.where()).put("change", one.change());
            }
        }
        return json;
    }

    private static ObjectNode rule(ObjectNode node, SigmaRule rule) {
        return node.put("id", rule.id()).put("title", rule.title()).put("file", rule.file());
    }
}
