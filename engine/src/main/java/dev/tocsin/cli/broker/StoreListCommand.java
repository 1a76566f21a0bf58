package dev.tocsin.cli.broker;

import dev.tocsin.base.ByteSize;
import dev.tocsin.cli.Amounts;
import dev.tocsin.cli.Client;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.NodeOptions;
import dev.tocsin.cli.OutputOption;
import dev.tocsin.cli.Table;
import dev.tocsin.cli.Terminal;
import dev.tocsin.node.NodeApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code tocsin broker store list}. */
@Command(name = "list", description = "Lists the stores of a node; exit code 1 when one has a problem.")
final class StoreListCommand implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final AuthorityOption authority = new AuthorityOption();
    @Mixin
    private final OutputOption output = new OutputOption();

    StoreListCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() {
        try (Client client = node.client(authority.context())) {
            JsonNode json = client.get("/api/v1/stores", Map.of());
            List<NodeApi.StoreState> states = new ArrayList<>();
            json.forEach(each -> states.add(client.bind(each, NodeApi.StoreState.class)));
            if (output.isJson()) {
                terminal.out().println(json);
            } else {
                print(states);
            }
            return states.stream().allMatch(s -> s.problem().isEmpty()) ? Exit.OK : Exit.PROBLEMS;
        }
    }

    private void print(List<NodeApi.StoreState> states) {
        Table table = new Table("store", "backend", "is", "master", ">keys", ">size", ">revision", ">age");
        for (NodeApi.StoreState s : states) {
            boolean client = s.state().equals("client");
            table.row(s.name(), s.backend(), s.state(), s.master().isEmpty() ? "-" : s.master(), client
                    ? "-"
                    : Amounts.count(s.entries()), client ? "-" : new ByteSize(s.bytes()), client ? "-" : s.revision(),
                    client || s.ageMillis() < 0 ? "-" : Amounts.duration(Duration.ofMillis(s.ageMillis())));
        }
        if (table.isEmpty()) {
            terminal.note("no stores; fabric.stores in the configuration names them");
        } else {
            table.print(terminal);
        }
        states.stream().filter(s -> !s.problem().isEmpty()).forEach(s -> terminal.note(s.name() + ": " + s.problem()));
    }
}
