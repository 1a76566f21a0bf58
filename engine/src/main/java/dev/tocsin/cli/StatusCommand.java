package dev.tocsin.cli;

import dev.tocsin.node.NodeApi;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(name = "status", description = "Shows listeners, sources, stages, streams and disk of a running node.", footer = {
        "", "Exit code 1 when the node is not ready or something in it fails."})
final class StatusCommand implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() {
        try (Client client = node.client()) {
            JsonNode json = client.get("/api/v1/status", Map.of());
            NodeApi.Status status = client.bind(json, NodeApi.Status.class);
            List<String> troubles = StatusText.troubles(status);
            if (output.isJson()) {
                terminal.out().println(json);
            } else {
                new StatusText(terminal).lines(status).forEach(terminal.out()::println);
                troubles.forEach(terminal::note);
            }
            return status.ready() && troubles.isEmpty() ? Exit.OK : Exit.PROBLEMS;
        }
    }
}
