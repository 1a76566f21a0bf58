package dev.tocsin.cli.rules;

import dev.tocsin.base.Printable;
import dev.tocsin.cli.Amounts;
import dev.tocsin.cli.Client;
import dev.tocsin.cli.NodeOptions;
import dev.tocsin.cli.Progress;
import dev.tocsin.cli.Table;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code rules backtest}: what rules would have found in the past. */
@Command(name = "backtest", description = {
        "Runs rules over past events: how often each would have fired, on what, and what it costs.",
        "The events are those that a running node keeps, or files."}, footer = {"", "Examples:",
                "  tocsin rules backtest --rules new-rules --since 7d",
                "  tocsin rules backtest --rules new-rules --since 24h --customer acme --limit-sample 5",
                "  tocsin rules backtest --rules new-rules --events monday.jsonl.gz tuesday.jsonl.gz"})
final class BacktestCommand implements Callable<Integer> {
    private static final int SAMPLE_CHARACTERS = 160;
    private static final List<String> TIMES = List.of("@timestamp", "UtcTime", "SystemTime", "TimeCreated", "timestamp",
            "eventTime", "ts", "time");

    @Mixin
    private final Output output;

    @Mixin
    private final NodeOptions node;

    @Option(names = "--rules", required = true, arity = "1..*", paramLabel = "PATH", description = "Rule files or directories.")
    private List<Path> rules = List.of();

    @Option(names = "--since", paramLabel = "TIME", description = "Events of a node from this time: 7d, 24h, 2026-03-01, 2026-03-01T12:00:00Z (default: 24h).")
    private String since = "";

    @Option(names = "--until", paramLabel = "TIME", description = "Events of a node before this time (default: now).")
    private String until = "";

    @Option(names = "--customer", paramLabel = "NAME", description = "Only this one's events.")
    private String customer = "";

    @Option(names = "--events", arity = "1..*", paramLabel = "FILE", description = "Take events from files instead: JSON lines, plain or gzip; - for standard input.")
    private List<String> files = List.of();

    @Option(names = "--limit-sample", paramLabel = "N", defaultValue = "1", description = "Events shown for each rule, 0 to 100 (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--all", description = "Also show rules that found nothing.")
    private boolean all;

    private final EventReader reader;

    BacktestCommand(EventReader reader, Terminal terminal) {
        this.reader = reader;
        output = new Output(terminal);
        node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        if (samples < 0 || samples > 100) {
            throw output.wrongUse("--limit-sample is from 0 to 100");
        }
        if (!files.isEmpty() && !(since + until + customer).isEmpty()) {
            throw output.wrongUse("--since, --until and --customer are about the events of a node, not of files");
        }
        SigmaRules.Loaded loaded = SigmaRules.load(output.existing(rules));
        output.problems(loaded.problems());
        Backtest test = new Backtest(loaded.rules(), output.mapping(), FieldMapping.ecs(), samples);
        long begun = System.nanoTime();
        if (files.isEmpty()) {
            ofNode(test);
        } else {
            ofFiles(test);
        }
        if (output.isJson()) {
            output.json(test.json());
        } else {
            print(test, (System.nanoTime() - begun) / 1e9);
        }
        return loaded.problems().stream().anyMatch(p -> p.isError()) ? 1 : 0;
    }

    private void ofFiles(Backtest test) throws IOException {
        try (Progress progress = new Progress(output.terminal(), "backtest", "events", 0)) {
            for (String file : files) {
                try (EventFile in = EventFile.open(file, reader, output)) {
                    for (EventFile.Entry e = in.next(); e != null; e = in.next()) {
                        JsonNode fields = e.reading().fields();
                        test.run(new Backtest.Past(e.raw().path("_id").asString(String.valueOf(test.events() + 1)),
                                time(e.raw(), fields), fields, e.reading().logSource(), false));
                        progress.update(test.events());
                    }
                }
            }
        }
    }

    private static @Nullable Instant time(JsonNode raw, JsonNode fields) {
        for (String name : TIMES) {
            JsonNode value = raw.has(name) ? raw.get(name) : fields.get(name);
            if (value != null && value.isString()) {
                String text = value.asString().replace(' ', 'T');
                try {
                    return text.matches(".*([zZ]|[+-]\\d\\d:?\\d\\d)")
                            ? OffsetDateTime.parse(text).toInstant()
                            : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
                } catch (DateTimeException _) {
                    continue;
                }
            }
        }
        return null;
    }

    /** Rules see of a node's events what its detect stage shows them. */
    private void ofNode(Backtest test) {
        try (Client client = node.client(); Bar bar = new Bar(output.terminal())) {
            client.lines("/api/v1/events",
                    Map.of("since", since.isEmpty() ? "24h" : since, "until", until, "customer", customer), line -> {
                        JsonNode json = Json.read(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                        if (json.has("records")) {
                            bar.begin(json.path("records").asLong(0));
                        } else {
                            test.run(past(json));
                            bar.update(test.events());
                        }
                    });
        }
    }

    private static Backtest.Past past(JsonNode json) {
        JsonNode body = json.path("event");
        boolean vendor = body.get("vendor") instanceof ObjectNode;
        if (!vendor && body instanceof ObjectNode whole) {
            whole.remove("tocsin");
            if (whole.get("event") instanceof ObjectNode inner) {
                inner.remove("original");
            }
        }
        return new Backtest.Past(json.path("id").asString(""), Instant.parse(json.path("time").asString("")),
                vendor ? body.path("vendor") : body, LogSource.parse(json.path("logsource").asString("")), !vendor);
    }

    /** The bar is as long as the node says that there are records. */
    private static final class Bar implements AutoCloseable {
        private final Terminal terminal;
        private @Nullable Progress progress;

        Bar(Terminal terminal) {
            this.terminal = terminal;
        }

        void begin(long records) {
            progress = new Progress(terminal, "backtest", "events", records);
        }

        void update(long done) {
            if (progress != null) {
                progress.update(done);
            }
        }

        @Override
        public void close() {
            if (progress != null) {
                progress.close();
            }
        }
    }

    private void print(Backtest test, double seconds) {
        boolean days = test.span().toDays() >= 1;
        Table table = new Table("rule", "level", ">hits", days ? ">a day" : "", ">alone ns/event", ">share", "when");
        int silent = 0;
        for (Backtest.Outcome outcome : test.outcomes()) {
            if (outcome.hits() == 0 && !all) {
                silent++;
                continue;
            }
            String level = String.valueOf(outcome.rule().level());
            boolean loud = outcome.hits() * 100 > test.events();
            table.row(outcome.rule().title(), level, new Table.Cell(Amounts.count(outcome.hits()), loud ? "33" : ""),
                    days ? String.format(Locale.ROOT, "%,.1f", test.perDay(outcome)) : "",
                    outcome.nanosPerEvent() == 0 ? "-" : Amounts.count(outcome.nanosPerEvent()),
                    String.format(Locale.ROOT, "%.1f %%", 100 * test.share(outcome)),
                    test.span().isZero() ? "" : test.bars(outcome));
        }
        if (!table.isEmpty()) {
            table.lines(output.terminal()).forEach(output::line);
        }
        for (Backtest.Outcome outcome : test.outcomes()) {
            if (!outcome.samples().isEmpty()) {
                output.line("\n" + output.paint("1", outcome.rule().title()));
                outcome.samples().forEach(s -> output.line("  " + (s.time() == null ? "" : s.time() + " ") + s.id()
                        + " " + Printable.clip(s.fields().toString(), SAMPLE_CHARACTERS)));
            }
        }
        String span = test.span().isZero() ? "" : " of " + Amounts.duration(test.span());
        output.said(Amounts.count(test.events()) + " events" + span + ", " + Amounts.count(test.matchedEvents())
                + " of them matched, " + Amounts.count(test.hits()) + " hits; " + silent + " rules found nothing"
                + (silent > 0 ? " (--all shows them)" : "") + "; all rules together " + test.nanosPerEvent()
                + " ns/event, " + Amounts.rate(test.events() / Math.max(seconds, 1e-9)));
    }
}
