package dev.tocsin.cli.connector;

import dev.tocsin.base.Problem;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.OutputOption;
import dev.tocsin.cli.Stop;
import dev.tocsin.cli.Terminal;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.config.ProblemPrinter;
import dev.tocsin.event.Json;
import dev.tocsin.node.ConnectorCheck;
import dev.tocsin.node.connector.Connector;
import dev.tocsin.node.connector.ConnectorConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code tocsin connector}. */
@Command(name = "connector", description = "Polls event APIs and writes to outputs, without a log; several stand by for each other.", footer = {
        "", "With --auth it takes the flags of halo-event-connector, and ends when everything was read, as that did.",
        "Ctrl-C or SIGTERM ends it in order, with exit code 0."})
public final class ConnectorCommand implements Callable<Integer> {
    private static final Path USUAL = Path.of("connector.yaml");
    private static final Duration TELL = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 20;

    private final Terminal terminal;
    private final Supplier<Stop> signals;

    @Option(names = {"-c",
            "--config"}, paramLabel = "FILE", description = "The configuration. Else ./connector.yaml if it is there.")
    private @Nullable Path file;

    @Option(names = "--once", description = "Ends when everything was read, or when another leads: for cron.")
    private boolean once;

    @Option(names = "--check", description = "Only checks the configuration; opens and writes nothing.")
    private boolean check;

    @Option(names = "--print-config", description = "Only prints the configuration that the flags mean, without secrets.")
    private boolean printConfig;

    @ArgGroup(exclusive = false, heading = "%nFlags of halo-event-connector:%n")
    private @Nullable HaloFlags halo;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ConnectorCommand(Terminal terminal, Supplier<Stop> signals) {
        this.terminal = terminal;
        this.signals = signals;
    }

    public static CommandLine commandLine(Terminal terminal, Supplier<Stop> signals) {
        return new CommandLine(new ConnectorCommand(terminal, signals));
    }

    @Override
    public Integer call() throws InterruptedException {
        HaloFlags flags = halo;
        ConnectorCheck.Read read;
        try {
            if (flags != null) {
                if (file != null) {
                    throw new IllegalArgumentException("-c and the flags of halo-event-connector exclude each other");
                }
                flags.superfluous().forEach(f -> terminal.note(f + " is not needed any more; it does nothing"));
                if (printConfig) {
                    terminal.out().print(HaloConfig.yaml(flags, false));
                    return Exit.OK;
                }
                read = withoutAdvice(ConnectorCheck.parse(HaloConfig.yaml(flags, true), "flags"));
            } else {
                read = ConnectorCheck.read(file());
            }
        } catch (IllegalArgumentException | java.io.UncheckedIOException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        if (tell(read.problems()) || read.config() == null) {
            return Exit.PROBLEMS;
        }
        if (check) {
            terminal.note((file == null ? "the configuration" : file.toString()) + ": good");
            return Exit.OK;
        }
        return run(read.config(), once || flags != null, flags == null ? null : flags.limit);
    }

    /** That a secret is better kept elsewhere does not help who has it in the old connector's file. */
    private static ConnectorCheck.Read withoutAdvice(ConnectorCheck.Read read) {
        return new ConnectorCheck.Read(read.config(),
                read.problems().stream().filter(p -> ProblemCode.isError(p.code())).toList());
    }

    private Path file() {
        if (file != null) {
            return file;
        }
        if (!Files.isRegularFile(USUAL)) {
            throw new IllegalArgumentException("there is no ./" + USUAL + "; name a configuration with -c");
        }
        return USUAL;
    }

    /** @return whether there is an error */
    private boolean tell(List<Problem> problems) {
        terminal.notes().print(new ProblemPrinter(terminal.notesColour()).print(problems));
        return problems.stream().anyMatch(p -> ProblemCode.isError(p.code()));
    }

    private int run(ConnectorConfig config, boolean toTheEnd, @Nullable Long limit) throws InterruptedException {
        Stop stop = signals.get();
        try (Connector connector = new Connector(config, toTheEnd,
                p -> terminal.notes().print(new ProblemPrinter(terminal.notesColour()).print(List.of(p))));
                ConnectorServer _ = ConnectorServer.start(config, connector)) {
            Thread waiter = Thread.ofVirtual().start(() -> await(stop));
            connector.start();
            watch(connector, waiter, limit);
            terminal.note("stopping");
            connector.close();
            summary(connector);
        } finally {
            stop.done();
        }
        return Exit.OK;
    }

    private static void await(Stop stop) {
        try {
            stop.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(Connector connector, Thread waiter, @Nullable Long limit) throws InterruptedException {
        long epoch = 0;
        long told = System.nanoTime();
        boolean first = true;
        while (waiter.isAlive() && !connector.isStopped()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            if (connector.epoch() != epoch) {
                epoch = connector.epoch();
                terminal.note("leads, epoch " + epoch);
                first = false;
            } else if (first && connector.sources().stream().anyMatch(s -> s.state().equals("standby"))
                    && System.nanoTime() - told > TimeUnit.SECONDS.toNanos(1)) {
                terminal.note("stands by: another leads");
                first = false;
            }
            if (System.nanoTime() - told > TELL.toNanos()) {
                told = System.nanoTime();
                connector.sources().forEach(s -> terminal.note(ConnectorText.line(s)));
            }
            if (limit != null && connector.outputs().values().stream().allMatch(o -> o.delivered() >= limit)) {
                return;
            }
        }
    }

    private void summary(Connector connector) {
        if (output.isJson()) {
            ObjectNode json = Json.object().put("epoch", connector.epoch()).put("finished", connector.isFinished())
                    .put("dead", connector.dead());
            ObjectNode all = json.putObject("outputs");
            connector.outputs().forEach((name, c) -> all.putObject(name).put("delivered", c.delivered())
                    .put("redelivered", c.redelivered()).put("refused", c.refused()));
            terminal.notes().println(json);
            return;
        }
        connector.outputs()
                .forEach((name, c) -> terminal.note(name + ": " + c.delivered() + " delivered"
                        + (c.redelivered() == 0 ? "" : ", of these " + c.redelivered() + " perhaps for the second time")
                        + (c.refused() == 0 ? "" : ", " + c.refused() + " refused")));
        if (connector.dead() > 0) {
            terminal.note(connector.dead() + " could not be delivered, and are kept as dead letters");
        }
    }
}
