package dev.tocsin.cli.rules;

import dev.tocsin.cli.LineDiff;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import dev.tocsin.sigma.KnownFields;
import dev.tocsin.sigma.LintCheck;
import dev.tocsin.sigma.LintGuide;
import dev.tocsin.sigma.RuleFixes;
import dev.tocsin.sigma.SigmaLint;
import dev.tocsin.sigma.SigmaProblem;
import dev.tocsin.sigma.SigmaRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code rules lint}: what keeps rules from loading, and what their authors would want to know. */
@Command(name = "lint", description = {
        "Checks rules. Exit code 1 when a rule would be refused; with --strict also on warnings.",
        "A comment '# tocsin-lint: disable=S217' switches a check off for a line, 'disable-file=' for a file; a file",
        ".tocsin-lint.yaml above the rules for many."}, footer = {"", "Examples:", "  tocsin rules lint rules",
                "  tocsin rules lint --explain S217          what a check is about",
                "  tocsin rules lint --fix --dry-run rules   what would be mended, as a diff",
                "  tocsin rules lint --events today.jsonl.gz rules   which rules can never fire on these events"})
final class LintCommand implements Callable<Integer> {
    @Mixin
    private final Output output;

    @Option(names = "--strict", description = "Warnings count as problems.")
    private boolean strict;

    @Option(names = "--all", description = "Also show matters of style, which otherwise are only counted.")
    private boolean all;

    @Option(names = "--fix", description = "Mend what can be mended without changing what rules find.")
    private boolean fix;

    @Option(names = {"--dry-run",
            "--diff"}, description = "With --fix: change nothing, show what would be changed. Exit code 1 if anything would.")
    private boolean dryRun;

    @Option(names = "--fields", paramLabel = "FILE", description = {"The fields that events have: a name on each line,",
            "or product, category and service (- for none) and then names."})
    private @Nullable Path fields;

    @Option(names = "--events", paramLabel = "FILE", description = "Events, JSON lines: their fields are the ones there are.")
    private @Nullable String events;

    @Option(names = "--list", description = "List the checks.")
    private boolean list;

    @Option(names = "--explain", paramLabel = "CODE", description = "Say what a check is about, with an example.")
    private @Nullable String explain;

    @Parameters(arity = "0..*", paramLabel = "PATH", description = "Rule files or directories.")
    private List<Path> paths = List.of();

    private final EventReader reader;

    LintCommand(EventReader reader, Terminal terminal) {
        this.reader = reader;
        output = new Output(terminal);
    }

    @Override
    public Integer call() throws IOException {
        if (list || explain != null) {
            return describe();
        }
        if (paths.isEmpty()) {
            throw output.wrongUse("which rules? Name files or directories");
        }
        if (dryRun && !fix) {
            throw output.wrongUse("--dry-run belongs to --fix");
        }
        output.existing(paths);
        boolean pending = fix && mend();
        SigmaLint.Report report = SigmaLint.lint(paths, new SigmaLint.Options(known(), output.mapping()));
        print(report);
        return report.hasErrors() || strict && report.count("warning") > 0 || dryRun && pending ? 1 : 0;
    }

    private void print(SigmaLint.Report report) {
        long errors = report.count("error");
        long warnings = report.count("warning");
        long infos = report.count("info");
        if (output.isJson()) {
            ObjectNode json = Json.object().put("rules", report.rules()).put("errors", errors)
                    .put("warnings", warnings).put("infos", infos);
            Output.toJson(report.problems(), json.putArray("problems"));
            output.json(json);
            return;
        }
        for (SigmaProblem problem : report.problems()) {
            if (all || !problem.severity().equals("info")) {
                output.line(text(problem));
            }
        }
        output.said(String.format(Locale.ROOT, "%,d rules, %,d errors, %,d warnings, %,d matters of style%s",
                report.rules(), errors, warnings, infos, infos > 0 && !all ? " (--all shows them)" : ""));
    }

    private String text(SigmaProblem problem) {
        String shade = problem.isError() ? "31" : problem.severity().equals("warning") ? "33" : "2";
        return problem.where() + ": " + output.paint(shade, problem.severity() + " " + problem.code()) + " "
                + problem.what() + (problem.hint().isEmpty() ? "" : output.paint("2", "; " + problem.hint()));
    }

    private KnownFields known() throws IOException {
        if (fields != null) {
            output.existing(List.of(fields));
            return KnownFields.of(Files.readString(fields));
        }
        if (events == null) {
            return KnownFields.builtIn();
        }
        KnownFields seen = KnownFields.seen();
        try (EventFile in = EventFile.open(events, reader, output)) {
            for (EventFile.Entry e = in.next(); e != null; e = in.next()) {
                seen.see(e.reading().fields(), e.reading().logSource().product(), e.reading().logSource().category(),
                        e.reading().logSource().service());
            }
        }
        return seen;
    }

    /** @return whether anything was, or would be, changed */
    private boolean mend() throws IOException {
        int files = 0;
        int changes = 0;
        for (Path file : SigmaRules.filesOf(paths)) {
            String before = Files.readString(file);
            RuleFixes.Fixed fixed = RuleFixes.fix(file.toString(), before);
            if (fixed.text().equals(before)) {
                continue;
            }
            files++;
            changes += fixed.changes();
            if (dryRun) {
                diff(LineDiff.of(file.toString(), before, fixed.text()));
            } else {
                Files.writeString(file, fixed.text());
                output.said(file + ": mended " + String.join(", ", fixed.codes()));
            }
        }
        output.said((dryRun ? "would mend " : "mended ") + changes + " places in " + files + " files");
        return files > 0;
    }

    private void diff(List<String> lines) {
        for (String line : lines) {
            String shade = line.startsWith("+") ? "32" : line.startsWith("-") ? "31" : line.startsWith("@") ? "36" : "";
            if (output.isJson()) {
                output.said(line); // Standard output is one JSON document.
            } else {
                output.line(output.paint(shade, line));
            }
        }
    }

    private int describe() {
        Map<LintCheck, LintGuide> guides = LintGuide.all();
        List<LintCheck> wanted = new ArrayList<>(List.of(LintCheck.values()));
        if (explain != null) {
            wanted = List.of(LintCheck.ofCode(explain.toUpperCase(Locale.ROOT)).orElseThrow(
                    () -> output.wrongUse("there is no check \"" + explain + "\"; --list names all")));
        }
        ObjectNode json = Json.object();
        ArrayNode checks = json.putArray("checks");
        for (LintCheck check : wanted) {
            LintGuide guide = guides.getOrDefault(check, new LintGuide("", "", "", "", "", null));
            checks.addObject().put("code", check.code()).put("severity", check.severity())
                    .put("fixable", check.isFixable()).put("summary", check.summary()).put("why", guide.why())
                    .put("fix", guide.fix()).put("bad", guide.bad()).put("good", guide.good());
            if (!output.isJson()) {
                output.line(String.format(Locale.ROOT, "%s  %-7s  %s%s", check.code(), check.severity(),
                        check.summary(), check.isFixable() ? output.paint("2", "  (--fix)") : ""));
                if (explain != null) {
                    output.line("\n" + guide.why() + "\n" + guide.fix() + "\n\n" + output.paint("31", "found:") + "\n"
                            + guide.bad().indent(4) + output.paint("32", "good:") + "\n" + guide.good().indent(4));
                }
            }
        }
        if (output.isJson()) {
            output.json(json);
        }
        return 0;
    }
}
