package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.log.AuditReport;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(name = "audit", description = "Proves from the ledger that every event is accounted for.", footer = {"",
        "For each stage: in + made = out + dropped + dead + held, in number, xor and sum of ids.",
        "For each stream: what was written against what each reader took.",
        "Exit code 1 when something is missing or too much."})
final class AuditCommand implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    AuditCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() {
        try (Client client = node.client()) {
            JsonNode json = client.get("/api/v1/audit", Map.of());
            AuditReport report = client.bind(json, AuditReport.class);
            if (output.isJson()) {
                terminal.out().println(json);
            } else {
                print(report);
            }
            boolean differs = report.verdict().equals("unbalanced") || !report.problems().isEmpty();
            return differs ? Exit.PROBLEMS : Exit.OK;
        }
    }

    private void print(AuditReport report) {
        Table rows = new Table("stage", "customer", ">in", "", ">made", "", ">out", "", ">dropped", "", ">dead", "",
                ">held", "", "reasons");
        for (AuditReport.Row r : report.rows()) {
            rows.row(r.stage(), r.customer(), Amounts.count(r.in()), "+", Amounts.count(r.made()),
                    r.balanced() ? "=" : new Table.Cell("≠", "31"), Amounts.count(r.out()), "+",
                    StatusText.dropped(r.dropped()), "+", Amounts.count(r.dead()), "+", Amounts.count(r.held()),
                    mark(r.balanced()), reasons(r.dropped()));
        }
        Table links = new Table("stream", "customer", "reader", ">written", ">read", ">in flight", "");
        for (AuditReport.Link l : report.links()) {
            links.row(l.stream(), l.customer(), l.reader(), Amounts.count(l.written()), Amounts.count(l.read()),
                    Amounts.count(l.inFlight()), l.inFlight() > 0 ? "on its way" : mark(l.equal()));
        }
        if (!rows.isEmpty()) {
            rows.print(terminal);
            terminal.out().println();
        }
        if (!links.isEmpty()) {
            links.print(terminal);
            terminal.out().println();
        }
        report.problems().forEach(p -> terminal.out().println(Printable.line(p)));
        terminal.out().println(terminal.paint(switch (report.verdict()) {
            case "balanced" -> "32";
            case "unbalanced" -> "31";
            default -> "33";
        }, Printable.line(report.verdict())));
    }

    private static Table.Cell mark(boolean good) {
        return good ? new Table.Cell("ok", "32") : new Table.Cell("DIFFERS", "31");
    }

    private static String reasons(Map<String, Long> dropped) {
        return dropped.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(e -> e.getKey() + " " + Amounts.count(e.getValue())).collect(Collectors.joining(", "));
    }
}
