package dev.tocsin.cli.rules;

import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import dev.tocsin.sigma.SigmaLint;
import dev.tocsin.sigma.SigmaProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code rules lint}: what keeps rules from loading, and what their authors would want to know. */
@Command(name = "lint", description = "Checks rules. Exit code 1 when a rule would be refused; with --strict also on warnings.")
final class LintCommand implements Callable<Integer> {
    @Mixin
    private final Output output;

    @Option(names = "--strict", description = "Warnings count as problems.")
    private boolean strict;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Rule files or directories.")
    private List<Path> paths = List.of();

    LintCommand(Terminal terminal) {
        output = new Output(terminal);
    }

    @Override
    public Integer call() {
        SigmaLint.Report report = SigmaLint.lint(output.existing(paths));
        long errors = report.problems().stream().filter(SigmaProblem::isError).count();
        long warnings = report.problems().size() - errors;
        if (output.isJson()) {
            ObjectNode json = Json.object().put("rules", report.rules()).put("errors", errors).put("warnings",
                    warnings);
            Output.toJson(report.problems(), json.putArray("problems"));
            output.json(json);
        } else {
            report.problems().forEach(problem -> output.line(problem.toString()));
            output.said(report.rules() + " rules, " + errors + " errors, " + warnings + " warnings");
        }
        return errors > 0 || strict && warnings > 0 ? 1 : 0;
    }
}
