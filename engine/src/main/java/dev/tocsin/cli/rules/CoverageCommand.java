package dev.tocsin.cli.rules;

import dev.tocsin.cli.Table;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.SigmaRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rules coverage}: which techniques of ATT&amp;CK there are rules for. */
@Command(name = "coverage", description = {
        "Shows which tactics and techniques of MITRE ATT&CK rules are tagged with, and where there are none.",
        "Names of techniques and the full list of gaps need MITRE's own table: --attack enterprise-attack.json"}, footer = {
                "", "Examples:", "  tocsin rules coverage rules",
                "  tocsin rules coverage rules --navigator layer.json",
                "  tocsin rules coverage rules --events today.jsonl.gz   only what the logs that come can show"})
final class CoverageCommand implements Callable<Integer> {
    private static final int SHOWN = 4;
    private static final int SOURCES_SHOWN = 8;

    @Mixin
    private final Output output;

    @Option(names = "--attack", paramLabel = "FILE", description = "ATT&CK as a STIX bundle, as MITRE publishes it.")
    private @Nullable Path attack;

    @Option(names = "--navigator", paramLabel = "FILE", description = "Also write a layer for the ATT&CK Navigator.")
    private @Nullable Path navigator;

    @Option(names = "--events", paramLabel = "FILE", description = "Events, JSON lines: count also the rules whose logs come.")
    private @Nullable String events;

    @Option(names = "--gaps", description = "List every technique without a rule (needs --attack).")
    private boolean gaps;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Rule files or directories.")
    private List<Path> paths = List.of();

    private final EventReader reader;

    CoverageCommand(EventReader reader, Terminal terminal) {
        this.reader = reader;
        output = new Output(terminal);
    }

    @Override
    public Integer call() throws IOException {
        Coverage coverage = new Coverage(table(), seen());
        SigmaRules.Loaded loaded = SigmaRules.load(output.existing(paths));
        loaded.rules().forEach(coverage::add);
        if (navigator != null) {
            Files.writeString(navigator, coverage.navigator("Tocsin rules").toPrettyString() + "\n");
        }
        if (output.isJson()) {
            output.json(coverage.json());
        } else {
            print(coverage);
        }
        return 0;
    }

    private AttackTable table() {
        if (attack == null) {
            if (gaps) {
                throw output.wrongUse("--gaps needs --attack: the list of all techniques is MITRE's");
            }
            return AttackTable.tacticsOnly();
        }
        output.existing(List.of(attack));
        try {
            return AttackTable.of(attack);
        } catch (IOException e) {
            throw output.wrongUse("--attack " + attack + ": " + e.getMessage());
        }
    }

    private @Nullable Set<LogSource> seen() throws IOException {
        if (events == null) {
            return null;
        }
        Set<LogSource> seen = new HashSet<>();
        try (EventFile in = EventFile.open(events, reader, output)) {
            for (EventFile.Entry e = in.next(); e != null; e = in.next()) {
                seen.add(e.reading().logSource());
            }
        }
        return seen;
    }

    private void print(Coverage coverage) {
        boolean known = !coverage.attack().techniques().isEmpty();
        Table table = new Table("tactic", ">rules", ">techniques", known ? ">without" : "", "", "most rules");
        int most = coverage.rulesByTactic().values().stream().mapToInt(Integer::intValue).max().orElse(1);
        coverage.rulesByTactic().forEach((tactic, count) -> {
            List<String> covered = coverage.coveredUnder(tactic);
            table.row(new Table.Cell(coverage.attack().tactics().getOrDefault(tactic, tactic), count == 0 ? "31" : ""),
                    count, covered.size(), known ? coverage.gapsUnder(tactic).size() : "", bar(count, most),
                    covered.stream().limit(SHOWN).map(id -> describe(coverage, id)).collect(Collectors.joining(", ")));
        });
        table.lines(output.terminal()).forEach(output::line);
        if (gaps) {
            coverage.attack().tactics().forEach((tactic, title) -> output.line("\n" + output.paint("1", title) + "\n  "
                    + coverage.gapsUnder(tactic).stream().map(t -> t.id() + " " + t.name())
                            .collect(Collectors.joining("\n  "))));
        }
        output.line("\nlevels       " + counts(coverage.levels(), 10));
        output.line("log sources  " + counts(coverage.sources(), SOURCES_SHOWN));
        output.said(coverage.rules() + " rules, " + coverage.techniques().size() + " techniques, "
                + coverage.untagged() + " rules without an ATT&CK tag");
    }

    private static String describe(Coverage coverage, String id) {
        Coverage.Covered covered = coverage.techniques().getOrDefault(id, new Coverage.Covered());
        String name = coverage.name(id);
        return id + (name.isEmpty() ? "" : " " + name) + " ("
                + (coverage.isSeenKnown() ? covered.live() + " of " : "") + covered.rules() + ")";
    }

    private static String counts(Map<String, Integer> counts, int shown) {
        String text = counts.entrySet().stream().sorted((a, b) -> b.getValue() - a.getValue()).limit(shown)
                .map(e -> e.getKey() + " " + e.getValue()).collect(Collectors.joining(", "));
        return text + (counts.size() > shown ? ", and " + (counts.size() - shown) + " more" : "");
    }

    static String bar(long part, long most) {
        return "█".repeat((int) Math.min(20, (part * 20 + most - 1) / Math.max(1, most)));
    }
}
