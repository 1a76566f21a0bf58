package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.event.Json;
import dev.tocsin.rollout.replay.ReplayReport;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code replay}, and those about replays. */
@Command(name = "replay", description = "Runs the node's engine over the past, beside the one that lives, and reports what it took.", footer = {
        "",
        "Its alerts are withheld in shadow under the replay's name; nothing that lives is touched.",
        "Examples:",
        "  tocsin replay --from -1h", "  tocsin replay --engine green --from -1h --speed max -o json",
        "  tocsin parity --engines blue,green@RUN",
        "Exit code 1 when the replay did not end well."})
final class ReplayCommand implements Callable<Integer> {
    private static final String PATH = "/api/v1/replays";
    private static final Duration LOOK = Duration.ofMillis(300);

    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--engine", paramLabel = "NAME", description = "The engine that the node must be (default: whichever it is).")
    private String engine = "";

    @Option(names = "--from", paramLabel = "TIME", converter = TimeText.Converter.class, description = "Earliest event time: -1h, -7d, 2026-03-01, 2026-03-01T12:00:00Z.")
    private @Nullable TimeText from;

    @Option(names = "--to", paramLabel = "TIME", converter = TimeText.Converter.class, description = "Event time before which (default: now).")
    private @Nullable TimeText to;

    @Option(names = "--speed", paramLabel = "N|max", defaultValue = "max", description = "So many times as fast as the events happened, or as fast as it can (default: ${DEFAULT-VALUE}).")
    private String speed = "max";

    @Option(names = "--detach", description = "Only start it; `tocsin replay show` says how it goes.")
    private boolean detach;

    ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    static List<Object> all(Terminal terminal) {
        return List.of(new ListCommand(terminal), new ShowCommand(terminal), new CancelCommand(terminal),
                new ReplayCompareCommand(terminal));
    }

    @Override
    public Integer call() {
        if (from == null) {
            throw Failure.of(Exit.USAGE, ProblemCode.NODE_REFUSED, "from when on?", "say --from -1h");
        }
        ObjectNode request = Json.object().put("from", from.at(terminal.clock().instant()).toString()).put("speed",
                speed);
        if (to != null) {
            request.put("to", to.at(terminal.clock().instant()).toString());
        }
        if (!engine.isEmpty()) {
            request.put("engine", engine);
        }
        try (Client client = node.client()) {
            JsonNode json = client.post(PATH, request);
            ReplayReport report = client.bind(json, ReplayReport.class);
            if (!detach) {
                terminal.note("replay " + report.run() + " of engine " + Printable.line(report.engine())
                        + "; tocsin replay cancel " + report.run() + " ends it");
                json = follow(client, report);
                report = client.bind(json, ReplayReport.class);
            }
            print(terminal, output, json, report);
            return report.state().equals(ReplayReport.DONE) || detach ? Exit.OK : Exit.PROBLEMS;
        }
    }

    private JsonNode follow(Client client, ReplayReport begun) {
        try (Progress progress = new Progress(terminal, "replay", "records", begun.records())) {
            while (true) {
                JsonNode json = client.get(PATH + "/" + Client.escape(begun.run()), Map.of());
                ReplayReport now = client.bind(json, ReplayReport.class);
                progress.update(now.read());
                if (now.isOver()) {
                    return json;
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.PROBLEMS, ProblemCode.NODE_REFUSED, "stopped while the replay goes on",
                    "tocsin replay show " + begun.run());
        }
    }

    static void print(Terminal terminal, OutputOption output, JsonNode json, ReplayReport r) {
        if (output.isJson()) {
            terminal.out().println(json);
            return;
        }
        String shade = r.state().equals(ReplayReport.DONE) ? "32" : r.isOver() ? "31" : "33";
        terminal.out()
                .println("replay " + Printable.line(r.run()) + " of engine " + Printable.line(r.engine()) + ", rules "
                        + Printable.line(r.content()) + ", is " + terminal.paint(shade, Printable.line(r.state()))
                        + (r.problem().isEmpty() ? "" : ": " + Printable.line(r.problem())));
        Table table = new Table("", ">");
        rows(r).forEach(row -> table.row(row[0], row[1]));
        table.print(terminal);
        if (r.state().equals(ReplayReport.DONE)) {
            terminal.note("tocsin parity --engines blue," + Printable.line(r.engine()) + "@" + Printable.line(r.run())
                    + " compares its alerts with those of an engine");
        }
    }

    /** What is told of a replay, as words and values. */
    static List<String[]> rows(ReplayReport r) {
        return List.<String[]>of(new String[]{"from", r.from().toString()}, new String[]{"to", r.to().toString()},
                new String[]{"read", Amounts.count(r.read()) + " of " + Amounts.count(r.records()) + " records"},
                new String[]{"events", Amounts.count(r.events())}, new String[]{"took", took(r)},
                new String[]{"events/s", Amounts.rate(r.eventsPerSecond())},
                new String[]{"evaluation p50", micros(r.evaluationP50Micros())},
                new String[]{"evaluation p99", micros(r.evaluationP99Micros())},
                new String[]{"CPU for 1,000,000 events",
                        String.format(Locale.ROOT, "%.1f s", r.cpuSecondsPerMillion())},
                new String[]{"heap taken per event", String.format(Locale.ROOT, "%,.0f B", r.allocatedBytesPerEvent())},
                new String[]{"heap in use, at most", Amounts.count(r.heapMaxBytes() >> 20) + " MiB"},
                new String[]{"alerts", Amounts.count(r.alerts())}, new String[]{"dead", Amounts.count(r.dead())});
    }

    private static String took(ReplayReport r) {
        String left = r.secondsLeft() > 0 ? ", " + Amounts.duration(millis(r.secondsLeft())) + " left" : "";
        return Amounts.duration(millis(r.seconds())) + left;
    }

    private static Duration millis(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static String micros(double micros) {
        return String.format(Locale.ROOT, "%,.1f µs", micros);
    }

    /** What asks a node about replays. */
    private abstract static class Asking implements Callable<Integer> {
        protected final Terminal terminal;
        @Mixin
        protected final NodeOptions node;
        @Mixin
        protected final OutputOption output = new OutputOption();

        Asking(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }
    }

    @Command(name = "list", description = "Lists the replays of the node, newest first.")
    static final class ListCommand extends Asking {
        ListCommand(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode json = client.get(PATH, Map.of());
                if (output.isJson()) {
                    json.forEach(terminal.out()::println);
                    return Exit.OK;
                }
                Table table = new Table("run", "engine", "rules", "from", "to", "state", ">events", ">events/s",
                        ">alerts");
                for (JsonNode one : json) {
                    ReplayReport r = client.bind(one, ReplayReport.class);
                    table.row(r.run(), r.engine(), r.content(), r.from(), r.to(), r.state(), Amounts.count(r.events()),
                            Amounts.rate(r.eventsPerSecond()), Amounts.count(r.alerts()));
                }
                if (table.isEmpty()) {
                    terminal.note("no replays");
                } else {
                    table.print(terminal);
                }
                return Exit.OK;
            }
        }
    }

    @Command(name = "show", description = "Says how a replay goes, or went.")
    static final class ShowCommand extends Asking {
        @Parameters(index = "0", paramLabel = "RUN", description = "The replay.")
        private String run = "";

        ShowCommand(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode json = client.get(PATH + "/" + Client.escape(run), Map.of());
                print(terminal, output, json, client.bind(json, ReplayReport.class));
                return Exit.OK;
            }
        }
    }

    @Command(name = "cancel", description = "Ends a replay that runs. Its alerts so far stay in shadow.")
    static final class CancelCommand extends Asking {
        @Parameters(index = "0", paramLabel = "RUN", description = "The replay.")
        private String run = "";

        CancelCommand(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode json = client.delete(PATH + "/" + Client.escape(run));
                if (output.isJson()) {
                    terminal.out().println(json);
                } else {
                    terminal.note("replay " + Printable.line(run) + " ends");
                }
                return Exit.OK;
            }
        }
    }
}
