package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.index.SearchResult;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "search", description = "Searches events and alerts in the index, newest first.", footer = {"",
        "Examples:", "  tocsin search 'host.name:web-1 AND event.outcome:failure' --from -1h",
        "  tocsin search --kind alert --from -1d", "  tocsin search 'user.name:root' -o json | jq .document"})
final class SearchCommand implements Callable<Integer> {
    private static final int TEXT_MAX = 120;

    /** What may be searched for. */
    enum Kind {
        EVENT,
        ALERT,
        ANY
    }

    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Parameters(index = "0", arity = "0..1", paramLabel = "QUERY", defaultValue = "*", description = "Lucene syntax over ECS field names (default: everything).")
    private String query = "*";

    @Option(names = "--from", paramLabel = "TIME", converter = TimeText.Converter.class, description = "Earliest event time: -1h, -7d, 2026-03-01, 2026-03-01T12:00:00Z.")
    private @Nullable TimeText from;

    @Option(names = "--to", paramLabel = "TIME", converter = TimeText.Converter.class, description = "Event time before which; as --from, and now.")
    private @Nullable TimeText to;

    @Option(names = "--kind", paramLabel = "KIND", defaultValue = "any", description = "event, alert or any (default: ${DEFAULT-VALUE}).")
    private Kind kind = Kind.ANY;

    @Option(names = "--customer", paramLabel = "NAME", defaultValue = "", description = "Only this one's.")
    private String customer = "";

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "At most so many, 1 to 10000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    SearchCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("q", query);
        parameters.put("kind", kind.name().toLowerCase(java.util.Locale.ROOT));
        parameters.put("customer", customer);
        Instant now = terminal.clock().instant();
        parameters.put("from", from == null ? "" : from.at(now).toString());
        parameters.put("to", to == null ? "" : to.at(now).toString());
        parameters.put("limit", String.valueOf(limit));
        try (Client client = node.client()) {
            JsonNode json = client.get("/api/v1/search", parameters);
            if (output.isJson()) {
                json.path("hits").forEach(terminal.out()::println);
                return Exit.OK;
            }
            SearchResult result = client.bind(json, SearchResult.class);
            Table table = new Table("time", "kind", "host", "user", "what");
            for (SearchResult.Hit hit : result.hits()) {
                EventLine line = EventLine.of(hit.document(), hit.kind());
                table.row(hit.time(), new Table.Cell(hit.kind(), hit.kind().equals("alert") ? "31" : ""), line.host(),
                        line.user(), Printable.clip(line.text(), TEXT_MAX));
            }
            if (!table.isEmpty()) {
                table.print(terminal);
            }
            String found = result.total() == 0
                    ? "nothing found"
                    : Amounts.count(result.hits().size()) + " of " + Amounts.count(result.total());
            terminal.note(found + " in " + result.tookMillis() + " ms");
            return Exit.OK;
        }
    }
}
