package dev.tocsin.cli;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.event.Json;
import dev.tocsin.simulate.Knob;
import dev.tocsin.simulate.Knobs;
import dev.tocsin.simulate.SimulatedClock;
import dev.tocsin.simulate.Simulator;
import dev.tocsin.web.WebException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tocsin simulate api}: a paged event API on this machine. Its knobs are options, made from {@link Knob}. */
@Command(name = "api", description = "Serves a paged event API on this machine, from a seed, with faults as wanted.", footer = {
        "", "The same seed, knobs and --virtual clock make the same events. Knobs can be turned while it runs:",
        "POST /admin/knobs with a JSON object, names with underscores. GET /admin/ledger tells every event there was.",
        "Ctrl-C or SIGTERM ends it, with exit code 0."})
final class SimulateApiCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<Stop> signals;

    @Option(names = "--port", defaultValue = "8090", paramLabel = "PORT", description = "Where it listens, on 127.0.0.1 only; 0 is any free one (default: ${DEFAULT-VALUE}).")
    private int port = 8090;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "What everything is drawn from (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--key", defaultValue = "", paramLabel = "KEY", description = "The API key (default: made from the seed).")
    private String key = "";

    @Option(names = "--secret", defaultValue = "", paramLabel = "SECRET", description = "Its secret (default: made from the seed).")
    private String secret = "";

    @Option(names = "--history", defaultValue = "1m", paramLabel = "DURATION", converter = DurationConverter.class, description = "How far back there are events at the start (default: ${DEFAULT-VALUE}).")
    private Duration history = Duration.ofMinutes(1);

    @Option(names = "--virtual", description = "Time stands, and moves only by POST /admin/clock {\"advance\":\"10s\"}.")
    private boolean virtual;

    @Option(names = "--start", defaultValue = "2026-01-01T00:00:00Z", paramLabel = "TIME", description = "Where virtual time begins (default: ${DEFAULT-VALUE}).")
    private Instant start = Instant.EPOCH;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private SimulateApiCommand(Terminal terminal, Supplier<Stop> signals) {
        this.terminal = terminal;
        this.signals = signals;
    }

    static CommandLine commandLine(Terminal terminal, Supplier<Stop> signals) {
        CommandLine line = new CommandLine(new SimulateApiCommand(terminal, signals));
        for (Knob knob : Knob.values()) {
            line.getCommandSpec().addOption(OptionSpec.builder(knob.option()).type(String.class).paramLabel(label(knob))
                    .description(knob.meaning() + " (default: " + knob.usual() + ")").build());
        }
        return line;
    }

    private static String label(Knob knob) {
        return switch (knob.kind()) {
            case WORD -> String.join("|", knob.words());
            case FLAG -> "true|false";
            case CHANCE -> "0..1";
            case NUMBER, COUNT -> "N";
            case DURATION, SIGNED_DURATION -> "DURATION";
        };
    }

    private Knobs knobs() {
        Knobs knobs = Knobs.usual();
        for (Knob knob : Knob.values()) {
            String text = spec.findOption(knob.option()).getValue();
            if (text != null) {
                knobs = knobs.with(knob, text);
            }
        }
        return knobs;
    }

    private SimulatorServer server() {
        try {
            SimulatedClock clock = virtual ? SimulatedClock.virtual(start) : SimulatedClock.real(terminal.clock());
            return new SimulatorServer(new Endpoint("127.0.0.1", port),
                    new Simulator.Settings(seed, key, secret, history, clock), knobs());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        try (SimulatorServer server = server()) {
            String address = server.start();
            Stop stop = signals.get();
            try {
                tell(address, server.settings());
                stop.await();
            } finally {
                server.close();
                terminal.note("stopped");
                stop.done();
            }
        } catch (WebException e) {
            throw Failure.of(Exit.PROBLEMS, ProblemCode.NOT_STARTED, String.valueOf(e.getMessage()),
                    "take another --port");
        }
        return Exit.OK;
    }

    private void tell(String address, Simulator.Settings settings) {
        if (output.isJson()) {
            terminal.out().println(Json.object().put("address", address).put("key", settings.key())
                    .put("secret", settings.secret()).put("seed", settings.seed()));
            return;
        }
        terminal.out().println("""
                a simulated event API at %1$s (seed %4$d)
                key     %2$s
                secret  %3$s

                curl -s -X POST -u %2$s:%3$s '%1$s/oauth/access_token?grant_type=client_credentials'
                curl -s -H "Authorization: Bearer TOKEN" '%1$s/v1/events?per_page=100&sort_by=created_at.asc'
                curl -s %1$s/admin/ledger
                """.formatted(address, settings.key(), settings.secret(), settings.seed()).stripTrailing());
        terminal.note("ready; Ctrl-C ends it");
    }
}
