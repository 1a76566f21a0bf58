package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.rollout.parity.ParityReport;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "parity", description = "Says whether two engines raised the same alerts, and names those that differ.", footer = {
        "",
        "A side is an engine, or one of its replays as ENGINE@RUN. The first counts as right.",
        "Examples:",
        "  tocsin parity --engines blue,green --from -6h",
        "  tocsin parity --engines blue,green --noise blue,blue@RUN",
        "Exit code 1 when they differ, and when there is nothing to tell it by."})
final class ParityCommand implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--engines", required = true, paramLabel = "SIDE,SIDE", description = "What is compared.")
    private String engines = "";

    @Option(names = "--from", paramLabel = "TIME", converter = TimeText.Converter.class, description = "Earliest alert time (default: an hour before --to).")
    private @Nullable TimeText from;

    @Option(names = "--to", paramLabel = "TIME", converter = TimeText.Converter.class, description = "Alert time before which (default: what both have surely read).")
    private @Nullable TimeText to;

    @Option(names = "--customers", paramLabel = "NAME,…", description = "Only theirs (default: all).")
    private String customers = "";

    @Option(names = "--noise", paramLabel = "SIDE,SIDE", description = "Two runs of one engine; what differs between them is noise, and does not count.")
    private String noise = "";

    @Option(names = "--partial", description = "The second side has a part of the events only: what it misses does not count.")
    private boolean partial;

    ParityCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() {
        Instant now = terminal.clock().instant();
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("engines", engines);
        parameters.put("from", from == null ? "" : from.at(now).toString());
        parameters.put("to", to == null ? "" : to.at(now).toString());
        parameters.put("customers", customers);
        parameters.put("noise", noise);
        parameters.put("partial", partial ? "true" : "");
        try (Client client = node.client()) {
            JsonNode json = client.get("/api/v1/parity", parameters);
            ParityReport report = client.bind(json, ParityReport.class);
            if (output.isJson()) {
                terminal.out().println(json);
            } else {
                print(report);
            }
            return report.passed() ? Exit.OK : Exit.PROBLEMS;
        }
    }

    private void print(ParityReport r) {
        Table groups = new Table("rule", "title", "customer", ">missing", ">extra", ">different", ">noise", "fields",
                "");
        for (ParityReport.Group g : r.groups()) {
            String fields = g.fields().entrySet().stream().sorted(Map.Entry.comparingByKey())
                    .map(e -> e.getKey() + " " + Amounts.count(e.getValue())).collect(Collectors.joining(", "));
            groups.row(g.rule(), g.title(), g.customer(), count(g.missing()), count(g.extra()), count(g.different()),
                    r.floor() == 0 ? "" : Amounts.count(g.floor()), fields, g.judged() ? "" : "does not count");
        }
        Table examples = new Table("what", "alert", "time", "rule", "customer", "fields");
        for (ParityReport.Group g : r.groups()) {
            for (ParityReport.Example e : g.examples()) {
                examples.row(e.kind(), e.id(), e.time(), g.rule(), g.customer(), String.join(", ", e.fields()));
            }
        }
        if (!groups.isEmpty()) {
            groups.print(terminal);
            terminal.out().println();
            examples.print(terminal);
            terminal.out().println();
        }
        if (r.moreGroups() > 0) {
            terminal.out().println(Amounts.count(r.moreGroups()) + " more rules and customers differ");
        }
        terminal.out().println(Printable.line(r.first()) + " " + Amounts.count(r.firstAlerts()) + " alerts, "
                + Printable.line(r.second()) + " " + Amounts.count(r.secondAlerts()) + ", from " + r.from() + " to "
                + r.to()
                + ": " + Amounts.count(r.missing()) + " missing, " + Amounts.count(r.extra()) + " extra, "
                + Amounts.count(r.different()) + " different");
        if (r.ledger().usable()) {
            terminal.out().println("ledger: " + Amounts.count(r.ledger().differing()) + " of "
                    + Amounts.count(r.ledger().cells()) + " minutes of customers differ");
        }
        r.notes().forEach(n -> terminal.out().println(Printable.line(n)));
        terminal.out().println(terminal.paint(switch (r.verdict()) {
            case ParityReport.PASS -> "32";
            case ParityReport.FAIL -> "31";
            default -> "33";
        }, Printable.line(r.verdict())) + ": " + Printable.line(r.reason()));
        terminal.note("compared in " + Amounts.duration(Duration.ofMillis(r.tookMillis())));
    }

    private static Table.Cell count(long n) {
        return new Table.Cell(Amounts.count(n), n > 0 ? "31" : "");
    }
}
