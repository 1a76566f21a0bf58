package dev.tocsin.cli;

import dev.tocsin.base.Problem;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.config.ProblemPrinter;
import dev.tocsin.event.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "check", description = "Checks a configuration and all it names; tells every problem at once.", footer = {
        "", "What it accepts starts. It opens no port and writes nothing.",
        "Exit code 1 when there is an error; a warning counts with --strict."})
final class CheckCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final NodeLauncher launcher;
    @Mixin
    private final ConfigOption config = new ConfigOption();
    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--strict", description = "Take warnings for errors.")
    private boolean strict;

    CheckCommand(Terminal terminal, NodeLauncher launcher) {
        this.terminal = terminal;
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        Path file = config.file(terminal);
        List<Problem> problems = launcher.check(file);
        if (output.isJson()) {
            terminal.out().println(Json.mapper().writeValueAsString(problems));
        } else {
            terminal.out().print(new ProblemPrinter(terminal.colour()).print(problems));
        }
        boolean refused = problems.stream().anyMatch(p -> strict || ProblemCode.isError(p.code()));
        if (!refused && !output.isJson()) {
            terminal.out().println(name(file) + ": good");
        }
        return refused ? Exit.PROBLEMS : Exit.OK;
    }

    private static String name(@Nullable Path file) {
        return file == null ? "the defaults" : file.toString();
    }
}
