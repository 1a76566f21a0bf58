package dev.tocsin.cli;

import dev.tocsin.health.Level;
import dev.tocsin.node.NodeApi;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "health", description = "Shows the health checks of a running node.", footer = {"",
        "Exit code 1 when any check is not green, or there is none."})
final class HealthCommand implements Callable<Integer> {
    /** Unknown is worse than green and better than a known trouble. */
    private static final Comparator<Level> WORST = Comparator.comparingInt(level -> switch (level) {
        case GREEN -> 0;
        case UNKNOWN -> 1;
        case YELLOW -> 2;
        case RED -> 3;
    });

    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Parameters(index = "0", arity = "0..1", paramLabel = "CHANNEL", defaultValue = "", description = "Only this one: intake, process, detect, index, sinks, log, rules (default: all).")
    private String channel = "";

    HealthCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() {
        try (Client client = node.client()) {
            JsonNode json = client.get("/api/v1/checks", Map.of());
            List<NodeApi.Check> checks = new ArrayList<>();
            for (JsonNode check : json) {
                checks.add(client.bind(check, NodeApi.Check.class));
            }
            checks.removeIf(c -> !channel.isEmpty() && !c.channel().equals(channel));
            Level worst = checks.stream().map(NodeApi.Check::level).max(WORST).orElse(Level.UNKNOWN);
            if (output.isJson()) {
                terminal.out().println(json);
            } else {
                Table table = new Table("channel", "check", "level", "message");
                checks.forEach(c -> table.row(c.channel(), c.name(), cell(c.level()), c.message()));
                table.print(terminal);
                terminal.out().println();
                terminal.out().println(terminal.paint(cell(worst).shade(), cell(worst).text()));
            }
            return worst == Level.GREEN ? Exit.OK : Exit.PROBLEMS;
        }
    }

    private static Table.Cell cell(Level level) {
        return new Table.Cell(level.name().toLowerCase(Locale.ROOT), switch (level) {
            case GREEN -> "32";
            case UNKNOWN, YELLOW -> "33";
            case RED -> "31";
        });
    }
}
