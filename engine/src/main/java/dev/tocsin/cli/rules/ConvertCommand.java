package dev.tocsin.cli.rules;

import dev.tocsin.cli.OutputOption;
import dev.tocsin.event.Json;
import dev.tocsin.sigma.Conversion;
import dev.tocsin.sigma.ElastAlertRules;
import dev.tocsin.sigma.OldRules;
import dev.tocsin.sigma.RuleLogSource;
import dev.tocsin.sigma.SigmaProblem;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code rules convert}: rules of older kinds to rules and correlations of today. */
@Command(name = "convert", description = {
        "Converts old rules: \"| count() by X > N\" and \"| near\" in conditions become correlations,",
        "and so do ElastAlert's rules. Exit code 1 when something could not be converted."})
final class ConvertCommand implements Callable<Integer> {
    private static final String SIGMA = "sigma";
    private static final String ELASTALERT = "elastalert";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--from", paramLabel = "sigma|elastalert", description = "What the files are (default: ${DEFAULT-VALUE}).", defaultValue = SIGMA)
    private String from = SIGMA;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the converted files go, under their own names (default: standard output).")
    private @Nullable Path out;

    @Option(names = "--product", paramLabel = "NAME", description = "The log source of rules from ElastAlert, as are --category and --service.")
    private @Nullable String product;

    @Option(names = "--category", paramLabel = "NAME", description = "See --product.")
    private @Nullable String category;

    @Option(names = "--service", paramLabel = "NAME", description = "See --product.")
    private @Nullable String service;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Rule files or directories.")
    private List<Path> paths = List.of();

    @Override
    public Integer call() throws IOException {
        if (!List.of(SIGMA, ELASTALERT).contains(from)) {
            throw wrongUse("--from is sigma or elastalert, not \"" + from + "\"");
        }
        List<SigmaProblem> problems = new ArrayList<>();
        ArrayNode written = Json.object().putArray("files");
        int rules = 0;
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw wrongUse("there is no file or directory \"" + path + "\"");
            }
            for (Path file : files(path)) {
                Conversion conversion = convert(file);
                problems.addAll(conversion.problems());
                rules += conversion.converted();
                if (!conversion.yaml().isEmpty()) {
                    write(Files.isDirectory(path) ? path.relativize(file) : file.getFileName(), file, conversion,
                            written);
                }
            }
        }
        report(rules, problems, written);
        return problems.stream().anyMatch(SigmaProblem::isError) ? 1 : 0;
    }

    private Conversion convert(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (MalformedInputException _) {
            return new Conversion("", 0,
                    List.of(new SigmaProblem("S119", file.toString(), 1, 1, "error", "the file is not UTF-8",
                            "save it as UTF-8")));
        }
        return from.equals(SIGMA)
                ? OldRules.convert(file.toString(), text)
                : ElastAlertRules.convert(file.toString(), text, new RuleLogSource(product, category, service));
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> below = Files.walk(path)) {
            return below.filter(Files::isRegularFile).filter(file -> file.toString().matches(".*(?<!\\.test)\\.ya?ml"))
                    .sorted().toList();
        }
    }

    private void write(Path name, Path file, Conversion conversion, ArrayNode written) throws IOException {
        ObjectNode one = written.addObject().put("file", file.toString()).put("rules", conversion.converted());
        if (out == null) {
            one.put("yaml", conversion.yaml());
            if (!output.isJson()) {
                spec.commandLine().getOut().print((written.size() > 1 ? "---\n" : "") + conversion.yaml());
                spec.commandLine().getOut().flush();
            }
            return;
        }
        Path target = out.resolve(name.toString());
        if (Files.exists(target)) {
            throw wrongUse("there is already a file \"" + target + "\"; give --out a directory of its own");
        }
        if (target.getParent() != null) {
            Files.createDirectories(target.getParent());
        }
        Files.writeString(target, conversion.yaml());
        one.put("out", target.toString());
        if (!output.isJson()) {
            said(file + " -> " + target);
        }
    }

    private void report(int rules, List<SigmaProblem> problems, ArrayNode written) {
        long errors = problems.stream().filter(SigmaProblem::isError).count();
        if (output.isJson()) {
            ObjectNode json = Json.object().put("rules", rules).put("errors", errors);
            json.set("files", written);
            Output.toJson(problems, json.putArray("problems"));
            spec.commandLine().getOut()
                    .println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(json));
            spec.commandLine().getOut().flush();
            return;
        }
        problems.forEach(problem -> said(problem.toString()));
        said(rules + " rules converted, " + errors + " could not be");
    }

    private void said(String text) {
        spec.commandLine().getErr().println(text);
        spec.commandLine().getErr().flush();
    }

    private CommandLine.ParameterException wrongUse(String what) {
        return new CommandLine.ParameterException(spec.commandLine(), what);
    }
}
