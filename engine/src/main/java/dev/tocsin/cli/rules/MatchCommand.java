package dev.tocsin.cli.rules;

import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import dev.tocsin.sigma.SigmaEngine;
import dev.tocsin.sigma.SigmaProblem;
import dev.tocsin.sigma.SigmaRules;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rules match}: which rules does each event of a file match. */
@Command(name = "match", description = {"Matches events against rules.",
        "Writes one JSON line per event that matched, in the events' order:",
        "{\"event\":\"<_id>\",\"rules\":[\"<rule id>\",...]}"})
final class MatchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final Output output;

    @Option(names = "--rules", required = true, arity = "1..*", paramLabel = "PATH", description = "Rule files or directories.")
    private List<Path> rules = List.of();

    @Option(names = "--events", required = true, paramLabel = "FILE", description = "JSON lines, plain or gzip; - for standard input.")
    private String events = "";

    @Option(names = "--out", paramLabel = "FILE", description = "Where the matches go (default: standard output).")
    private @Nullable Path out;

    private final EventReader reader;

    MatchCommand(EventReader reader, Terminal terminal) {
        this.reader = reader;
        output = new Output(terminal);
    }

    @Override
    public Integer call() throws IOException {
        if (!events.equals("-")) {
            output.existing(List.of(Path.of(events)));
        }
        long loading = System.nanoTime();
        SigmaRules.Loaded loaded = SigmaRules.load(output.existing(rules), Map.of(), output.pipeline());
        SigmaEngine engine = SigmaEngine.compile(loaded.rules(), output.mapping());
        double loadSeconds = (System.nanoTime() - loading) / 1e9;
        output.problems(loaded.problems());
        MatchRun run = new MatchRun(engine, reader, events, output);
        long matching = System.nanoTime();
        try (Lines lines = Lines.open(events); Writer writer = writer()) {
            run.all(lines, writer);
        }
        double seconds = (System.nanoTime() - matching) / 1e9;
        sum(run, loaded, loadSeconds, seconds);
        return run.bad() == 0 ? 0 : 1;
    }

    private Writer writer() throws IOException {
        if (out != null) {
            return Files.newBufferedWriter(out);
        }
        PrintWriter standard = spec.commandLine().getOut();
        return new BufferedWriter(standard) {
            @Override
            public void close() throws IOException {
                flush(); // Standard output is not ours to close.
            }
        };
    }

    private void sum(MatchRun run, SigmaRules.Loaded loaded, double loadSeconds, double seconds) {
        long refused = loaded.problems().stream().filter(SigmaProblem::isError).count();
        long rate = Math.round(run.events() / Math.max(seconds, 1e-9));
        if (output.isJson()) {
            var json = Json.object().put("rules", loaded.rules().size()).put("refused", refused)
                    .put("load_seconds", loadSeconds).put("events", run.events()).put("bad_events", run.bad())
                    .put("matched_events", run.matchedEvents()).put("matches", run.matches()).put("seconds", seconds)
                    .put("events_per_second", rate);
            output.said(new String(Json.write(json), StandardCharsets.UTF_8));
            return;
        }
        output.said(String.format(Locale.ROOT, "%,d rules loaded in %.2f s, %,d refused", loaded.rules().size(),
                loadSeconds, refused));
        output.said(String.format(Locale.ROOT,
                "%,d events, %,d of them matched, %,d matches, %,d bad lines; %.2f s, %,d events/s",
                run.events(), run.matchedEvents(), run.matches(), run.bad(), seconds, rate));
    }
}
