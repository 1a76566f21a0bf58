package dev.tocsin.cli.rules;

import dev.tocsin.event.Json;
import dev.tocsin.sigma.RuleTests;
import dev.tocsin.sigma.SigmaRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code rules test}: runs the tests that stand beside rules. */
@Command(name = "test", description = {
        "Runs the tests beside rules: name.yml is tested by name.test.yml,",
        "which has lists must_fire and must_not_fire of events."})
final class TestCommand implements Callable<Integer> {
    @Mixin
    private Output output = new Output();

    @Option(names = "--junit", paramLabel = "FILE", description = "Also write the results as JUnit XML.")
    private @Nullable Path junit;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Rule files or directories.")
    private List<Path> paths = List.of();

    @Override
    public Integer call() throws IOException {
        RuleTests.Report report = RuleTests.run(output.existing(paths), output.mapping(), output.pipeline());
        if (junit != null) {
            JunitReport.write(junit, report);
        }
        if (output.isJson()) {
            output.json(json(report));
        } else {
            text(report);
        }
        return report.passed() ? 0 : 1;
    }

    private void text(RuleTests.Report report) {
        output.problems(report.problems());
        for (RuleTests.Case one : report.cases()) {
            if (!one.passed()) {
                output.line(one.file() + ":" + one.line() + ": " + one.name() + " " + one.failure());
            }
        }
        for (SigmaRule rule : report.untested()) {
            output.said(rule.file() + ":" + rule.line() + ": warning: no tests for \"" + rule.title() + "\"");
        }
        long failed = report.cases().stream().filter(c -> !c.passed()).count();
        output.said(report.cases().size() + " cases, " + failed + " failed; " + report.untested().size()
                + " rules without tests; " + report.problems().size() + " problems");
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
        report.untested().forEach(rule -> untested.addObject().put("id", rule.id()).put("file", rule.file()));
        Output.toJson(report.problems(), json.putArray("problems"));
        return json;
    }
}
