package dev.tocsin.cli;

import dev.tocsin.event.Json;
import dev.tocsin.rollout.replay.ReplayReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

@Command(name = "compare", description = "Sets two replays side by side: what they took, and what their rules found.", footer = {
        "", "A ratio above 1 means that the second has more."})
final class ReplayCompareCommand implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Parameters(index = "0", paramLabel = "RUN1", description = "The one that counts as usual.")
    private String first = "";

    @Parameters(index = "1", paramLabel = "RUN2", description = "The other one.")
    private String second = "";

    ReplayCompareCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() {
        try (Client client = node.client()) {
            JsonNode one = client.get("/api/v1/replays/" + Client.escape(first), Map.of());
            JsonNode other = client.get("/api/v1/replays/" + Client.escape(second), Map.of());
            if (output.isJson()) {
                ArrayNode both = Json.object().putArray("both");
                terminal.out().println(both.add(one).add(other));
            } else {
                print(client.bind(one, ReplayReport.class), client.bind(other, ReplayReport.class));
            }
            return Exit.OK;
        }
    }

    private void print(ReplayReport a, ReplayReport b) {
        List<String> ratios = List.of("", "", "", "", ratio(a.events(), b.events()), ratio(a.seconds(), b.seconds()),
                ratio(a.eventsPerSecond(), b.eventsPerSecond()),
                ratio(a.evaluationP50Micros(), b.evaluationP50Micros()),
                ratio(a.evaluationP99Micros(), b.evaluationP99Micros()),
                ratio(a.cpuSecondsPerMillion(), b.cpuSecondsPerMillion()),
                ratio(a.allocatedBytesPerEvent(), b.allocatedBytesPerEvent()),
                ratio(a.heapMaxBytes(), b.heapMaxBytes()),
                ratio(a.alerts(), b.alerts()), ratio(a.dead(), b.dead()));
        Table table = new Table("", ">" + a.run(), ">" + b.run(), ">ratio");
        table.row("engine, rules", a.engine() + " " + a.content(), b.engine() + " " + b.content(), "");
        List<String[]> left = ReplayCommand.rows(a);
        List<String[]> right = ReplayCommand.rows(b);
        for (int i = 0; i < left.size(); i++) {
            table.row(left.get(i)[0], left.get(i)[1], right.get(i)[1], ratios.get(i + 1));
        }
        TreeSet<String> rules = new TreeSet<>(a.rules().keySet());
        rules.addAll(b.rules().keySet());
        for (String rule : rules) {
            long left1 = a.rules().getOrDefault(rule, 0L);
            long right1 = b.rules().getOrDefault(rule, 0L);
            if (left1 != right1) {
                table.row("rule " + rule, Amounts.count(left1), Amounts.count(right1), ratio(left1, right1));
            }
        }
        table.print(terminal);
    }

    private static String ratio(double first, double second) {
        return first == 0 ? "" : String.format(Locale.ROOT, "%.2f", second / first);
    }
}
