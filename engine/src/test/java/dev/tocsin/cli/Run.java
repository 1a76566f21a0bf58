package dev.tocsin.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a command in a terminal of its own, at noon on 1 March 2026, and keeps what it wrote. */
final class Run {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final Map<String, String> environment = new HashMap<>(Map.of("TOCSIN_DATA", "/no/such/directory"));
    private boolean interactive;
    private String input = "";
    private Optional<NodeLauncher> launcher = Optional.empty();
    private final Stop stop = new Stop();

    /** What became of it. */
    record Result(int exit, String out, String notes) {
    }

    Run with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Run interactive(String typed) {
        interactive = true;
        input = typed;
        return this;
    }

    /** Stops what it runs as soon as it waits. */
    Run with(NodeLauncher node) {
        launcher = Optional.of(node);
        stop.request();
        return this;
    }

    Result command(String... arguments) {
        var out = new ByteArrayOutputStream();
        var notes = new ByteArrayOutputStream();
        Terminal terminal = terminal(out, notes);
        int exit = Tocsin.commandLine(terminal, launcher, () -> stop, List.of()).execute(arguments);
        return new Result(exit, out.toString(StandardCharsets.UTF_8), notes.toString(StandardCharsets.UTF_8));
    }

    Terminal terminal(ByteArrayOutputStream out, ByteArrayOutputStream notes) {
        return new Terminal(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(notes, true, StandardCharsets.UTF_8), interactive, interactive, false,
                environment::get, Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
