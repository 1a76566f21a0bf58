package dev.tocsin.cli;

import dev.tocsin.config.ProblemCode;
import dev.tocsin.event.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The commands of {@code shadow}. */
@Command(name = "shadow", description = "Shows and lets go what the gates of engines withheld.", footer = {"",
        "Examples:",
        "  tocsin shadow list --engine green", "  tocsin shadow release --engine blue --undecided"})
final class ShadowCommand {
    private static final String PATH = "/api/v1/shadow";

    private ShadowCommand() {
    }

    static List<Object> all(Terminal terminal) {
        return List.of(new ListCommand(terminal), new ReleaseCommand(terminal));
    }

    /** What is meant. */
    static final class Which {
        @Option(names = "--engine", paramLabel = "NAME", description = "Only what this engine withheld.")
        private String engine = "";

        @Option(names = "--customer", paramLabel = "NAME", description = "Only of this customer.")
        private String customer = "";

        @Option(names = "--undecided", description = "Only what no owner and no flag decided about.")
        private boolean undecided;
    }

    @Command(name = "list", description = "Lists what was withheld, newest first.")
    static final class ListCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();
        @Mixin
        private final Which which = new Which();

        @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "At most so many (default: ${DEFAULT-VALUE}).")
        private int limit;

        ListCommand(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            Map<String, String> parameters = new TreeMap<>(Map.of("limit", String.valueOf(limit)));
            parameters.put("engine", which.engine);
            parameters.put("customer", which.customer);
            parameters.put("undecided", String.valueOf(which.undecided));
            try (Client client = node.client()) {
                JsonNode json = client.get(PATH, parameters);
                if (output.isJson()) {
                    terminal.out().println(json);
                    return Exit.OK;
                }
                Table table = new Table("id", "kind", "time", "customer", "engine", "rule", "released", "reason");
                for (JsonNode e : json) {
                    table.row(e.path("id").asString(""), e.path("kind").asString(""), e.path("time").asString(""),
                            e.path("customer").asString(""), e.path("engine").asString(""),
                            e.path("rule").asString(""), e.path("released").asBoolean(false) ? "yes" : "",
                            e.path("reason").asString(""));
                }
                if (table.isEmpty()) {
                    terminal.note("nothing is withheld");
                } else {
                    table.print(terminal);
                }
                return Exit.OK;
            }
        }
    }

    @Command(name = "release", description = "Lets go: alerts into alerts, unless one of that id is there, events to the engine that withheld them.")
    static final class ReleaseCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();
        @Mixin
        private final Which which = new Which();
        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0..*", paramLabel = "ID", description = "Only these.")
        private List<String> ids = List.of();

        ReleaseCommand(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            if (which.engine.isEmpty() && ids.isEmpty()) {
                throw Failure.of(Exit.USAGE, ProblemCode.NOT_CONFIRMED, "say whose shadow is released",
                        "--engine NAME, or ids");
            }
            ObjectNode body = Json.object().put("engine", which.engine).put("customer", which.customer).put("undecided",
                    which.undecided);
            ArrayNode named = body.putArray("ids");
            ids.forEach(named::add);
            if (change.dryRun()) {
                terminal.note("nothing was released; shadow list shows what there is");
                return Exit.OK;
            }
            change.confirm(terminal, "Release what was withheld?");
            try (Client client = node.client()) {
                JsonNode done = client.post(PATH + "/release", body);
                terminal.out().println(output.isJson()
                        ? done.toString()
                        : done.path("released").asLong(0) + " released");
                return Exit.OK;
            }
        }
    }
}
