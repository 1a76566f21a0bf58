package dev.tocsin.cli.broker;

import dev.tocsin.cli.Client;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tocsin broker store keys}. */
@Command(name = "keys", description = "Lists the keys of a store, in their order; with -o json as JSON lines.")
final class StoreKeysCommand extends StoreCall implements Callable<Integer> {
    StoreKeysCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        try (Client client = client()) {
            client.lines(path("/keys"), Map.of("timeout", timeout), line -> terminal.out().println(output.isJson()
                    ? line
                    : text(Json.read(line).path("key"))));
        }
        return Exit.OK;
    }
}
