package dev.tocsin.cli.broker;

import dev.tocsin.cli.ChangeOptions;
import dev.tocsin.cli.Client;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Terminal;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code tocsin broker store clear}. */
@Command(name = "clear", description = "Removes all keys, and shows how many there were.")
final class StoreClearCommand extends StoreCall implements Callable<Integer> {
    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    StoreClearCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (change.dryRun()) {
            ask("/query", body("size"));
            return Exit.OK;
        }
        try (Client client = client()) {
            JsonNode state = client.get(path(""), Map.of());
            change.confirm(terminal, "Remove all keys of the store " + state.path("name").asString("") + "?");
        }
        ask("/mutate", body("clear"));
        return Exit.OK;
    }
}
