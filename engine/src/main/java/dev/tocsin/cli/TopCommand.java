package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.log.StageStatus;
import dev.tocsin.node.NodeApi;
import dev.tocsin.source.SourceStatus;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "top", description = "Shows a running node live; press q to leave.", footer = {"",
        "Without a terminal: a line for each look, with the counts of each stage."})
final class TopCommand implements Callable<Integer> {
    private static final String STATUS = "/api/v1/status";

    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--count", paramLabel = "N", description = "Stop after so many looks (default: never).")
    private int count;

    @Option(names = "--every", paramLabel = "TIME", defaultValue = "1s", converter = DurationConverter.class, description = "Time between two looks (default: ${DEFAULT-VALUE}).")
    private Duration every = Duration.ofSeconds(1);

    TopCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Client client = node.client()) {
            // The first look is before the screen is taken, so that "unreachable" is not wiped away.
            JsonNode first = client.get(STATUS, Map.of());
            if (terminal.outInteractive() && output.format().isEmpty()) {
                paint(client, first);
            } else {
                print(client, first);
            }
            return Exit.OK;
        }
    }

    private void paint(Client client, JsonNode first) throws InterruptedException {
        StatusText text = new StatusText(terminal);
        try (Screen screen = new Screen(terminal)) {
            JsonNode json = first;
            for (int looks = 1;; looks++) {
                List<String> lines = new ArrayList<>(text.lines(client.bind(json, NodeApi.Status.class)));
                lines.addAll(List.of("", "q leaves"));
                screen.paint(lines);
                if (looks == count || screen.pressed('q', every.toMillis())) {
                    return;
                }
                json = client.get(STATUS, Map.of());
            }
        }
    }

    private void print(Client client, JsonNode first) throws InterruptedException {
        JsonNode json = first;
        for (int looks = 1;; looks++) {
            terminal.out().println(output.isJson() ? json.toString() : line(client.bind(json, NodeApi.Status.class)));
            if (looks == count || terminal.out().checkError()) {
                return;
            }
            Thread.sleep(every);
            json = client.get(STATUS, Map.of());
        }
    }

    private String line(NodeApi.Status status) {
        StringBuilder line = new StringBuilder(terminal.clock().instant().truncatedTo(ChronoUnit.MILLIS).toString());
        for (SourceStatus s : status.sources()) {
            line.append("  ").append(s.name()).append(' ').append(Amounts.rate(s.perSecond()));
        }
        for (StageStatus s : StatusText.inOrder(status.stages())) {
            line.append("  ").append(s.name()).append(' ').append(Amounts.rate(s.inPerSecond())).append(" lag ")
                    .append(s.lag());
        }
        return Printable.line(line.append("  alerts ").append(status.alerts()).toString());
    }
}
