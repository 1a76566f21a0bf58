package dev.tocsin.cli.rules;

import dev.tocsin.cli.OutputOption;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.Pipeline;
import dev.tocsin.sigma.SigmaProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The options that every command of the group has, and how they print. */
final class Output {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Terminal terminal;

    Output(Terminal terminal) {
        this.terminal = terminal;
    }

    @Option(names = "--pipeline", paramLabel = "FILE", description = "A pySigma pipeline that rewrites the rules, or \"ecs\" for the mapping to ECS names that ships with the program. May be given several times.")
    private List<String> pipelines = List.of();

    Terminal terminal() {
        return terminal;
    }

    /** The text in an ANSI shade such as {@code 31}, if colours are wanted. */
    String paint(String shade, String text) {
        return terminal.paint(shade, text);
    }

    boolean isJson() {
        return output.isJson();
    }

    void line(String text) {
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
    }

    void said(String text) {
        spec.commandLine().getErr().println(text);
        spec.commandLine().getErr().flush();
    }

    /** Rewrites the line that a terminal shows last. */
    void progress(String text) {
        spec.commandLine().getErr().print("\r\u001b[K" + text);
        spec.commandLine().getErr().flush();
    }

    void problems(List<SigmaProblem> problems) {
        problems.forEach(problem -> said(problem.toString()));
    }

    void json(ObjectNode node) {
        line(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
    }

    /** The names under which events may hold a field besides the rule's own. */
    FieldMapping mapping() {
        return pipelines.contains("ecs") ? FieldMapping.ecs() : FieldMapping.IDENTITY;
    }

    /** All pipelines as one. What of them cannot be used is said on standard error and left out. */
    Pipeline pipeline() {
        List<Pipeline> read = new ArrayList<>();
        for (String file : pipelines) {
            if (!file.equals("ecs")) {
                try {
                    Pipeline.Read one = Pipeline.read(file, Files.readString(Path.of(file)));
                    problems(one.problems());
                    read.add(one.pipeline());
                } catch (IOException e) {
                    throw wrongUse("the pipeline cannot be read: " + e);
                }
            }
        }
        return Pipeline.chain(read);
    }

    CommandLine.ParameterException wrongUse(String what) {
        return new CommandLine.ParameterException(spec.commandLine(), what);
    }

    /** The paths, if all of them exist. */
    List<Path> existing(List<Path> paths) {
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw wrongUse("there is no file or directory \"" + path + "\"");
            }
        }
        return paths;
    }

    static ArrayNode toJson(List<SigmaProblem> problems, ArrayNode array) {
        for (SigmaProblem p : problems) {
            array.addObject().put("code", p.code()).put("severity", p.severity()).put("file", p.file())
                    .put("line", p.line())
                    .put("column", p.column()).put("what", p.what()).put("hint", p.hint());
        }
        return array;
    }
}
