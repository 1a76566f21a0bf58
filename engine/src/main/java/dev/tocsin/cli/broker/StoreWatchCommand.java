package dev.tocsin.cli.broker;

import dev.tocsin.cli.Client;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.OutputOption;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code tocsin broker store watch}. */
@Command(name = "watch", description = "Shows a store as it is, and then every change, until Ctrl-C.", footer = {"",
        "On a terminal a line for each; otherwise, or with -o json, JSON lines: begin, an entry for each key, ready, and",
        "then insert, update, erase, expire, clear. Another begin says: what follows is the store anew."})
final class StoreWatchCommand extends StoreCall implements Callable<Integer> {
    @Option(names = "--limit", paramLabel = "N", description = "Stop after so many keys and changes (default: never).")
    private long limit;

    @Option(names = "--changes", description = "Only the changes, not what is there.")
    private boolean changes;

    private long shown;
    private boolean live;

    StoreWatchCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        boolean json = output.format().map(f -> f == OutputOption.Format.JSON).orElse(!terminal.outInteractive());
        try (Client client = client()) {
            client.events(path("/watch"), (kind, data) -> {
                if (kind.equals("ready") || kind.equals("begin")) {
                    live = kind.equals("ready");
                    mark(kind, data, json);
                } else if (live || !changes) {
                    line(kind, Json.read(data), json);
                    shown++;
                }
                terminal.out().flush();
                return (limit <= 0 || shown < limit) && !terminal.out().checkError();
            });
        }
        return Exit.OK;
    }

    private void mark(String kind, String data, boolean json) {
        if (json) {
            line(kind, Json.read(data), true);
        } else if (live) {
            terminal.note("that is all of it; changes follow, Ctrl-C ends it");
        }
    }

    private void line(String kind, JsonNode data, boolean json) {
        if (json) {
            terminal.out().println(Json.object().put("event", kind).setAll((ObjectNode) data));
        } else {
            terminal.out().println(terminal.paint("2", String.format("%-7s", kind)) + " "
                    + terminal.paint("36", data.has("key") ? text(data.path("key")) : "") + "  "
                    + (data.has("value") ? text(data.path("value")) : ""));
        }
    }
}
