package dev.tocsin.cli;

import dev.tocsin.base.Problem;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.config.ProblemPrinter;
import dev.tocsin.event.Json;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "run", description = "Runs a node until it is stopped; without a file a working local pipeline.", footer = {
        "", "Ctrl-C or SIGTERM stops it in order, with exit code 0."})
final class RunCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final NodeLauncher launcher;
    private final Supplier<Stop> signals;
    @Mixin
    private final ConfigOption config = new ConfigOption();
    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--role", paramLabel = "ROLE", split = ",", description = "Only these roles, such as collector,worker (default: as configured).")
    private List<String> roles = List.of();

    RunCommand(Terminal terminal, NodeLauncher launcher, Supplier<Stop> signals) {
        this.terminal = terminal;
        this.launcher = launcher;
        this.signals = signals;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path file = config.file(terminal);
        List<Problem> problems = launcher.check(file);
        terminal.notes().print(new ProblemPrinter(terminal.notesColour()).print(problems));
        if (problems.stream().anyMatch(p -> ProblemCode.isError(p.code()))) {
            return Exit.PROBLEMS;
        }
        Stop stop = signals.get();
        try {
            runUntil(stop, file);
            terminal.note("stopped; everything is on disk");
        } finally {
            stop.done();
        }
        return Exit.OK;
    }

    private NodeLauncher.RunningNode start(@Nullable Path file) {
        try (StartingNote _ = new StartingNote(terminal)) {
            return launcher.start(file, roles);
        }
    }

    private void runUntil(Stop stop, @Nullable Path file) throws InterruptedException {
        Instant begin = terminal.clock().instant();
        try (NodeLauncher.RunningNode node = start(file)) {
            Duration took = Duration.between(begin, terminal.clock().instant());
            Optional<String> page = node.page().map(URI::toString);
            if (output.isJson()) {
                terminal.out().println(
                        Json.object().put("page", page.orElse(null)).put("readyMillis", took.toMillis()));
            }
            List<String> waiting = node.waiting();
            waiting.forEach(w -> terminal.note("not ready: " + w));
            terminal.note((waiting.isEmpty() ? "ready" : "started; what these stages are to have waits in the log")
                    + page.map(p -> " at " + p).orElse("") + " after " + Amounts.duration(took));
            stop.await();
            terminal.note("stopping");
        }
    }
}
