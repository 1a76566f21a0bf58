package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.event.Json;
import dev.tocsin.rollout.Assignment;
import dev.tocsin.rollout.Owner;
import dev.tocsin.rollout.OwnerDesk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The commands of {@code owners}; without another one it lists them. */
@Command(name = "owners", description = "Shows which engine owns which customer, and hands customers over.", footer = {
        "",
        "The owner of a customer publishes its alerts. At a hand-over all engines switch at the same event.",
        "Examples:",
        "  tocsin owners", "  tocsin owners set acme green --why 'pilot'",
        "  tocsin owners set '*' blue --why 'all that are not named'"})
final class OwnersCommand implements Callable<Integer> {
    private static final String PATH = "/api/v1/owners";

    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    OwnersCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    static List<Object> all(Terminal terminal) {
        return List.of(new SetCommand(terminal), new HistoryCommand(terminal));
    }

    @Override
    public Integer call() {
        try (Client client = node.client()) {
            JsonNode json = client.get(PATH, Map.of());
            OwnerDesk.Owners owners = client.bind(json, OwnerDesk.Owners.class);
            if (output.isJson()) {
                terminal.out().println(json);
            } else {
                print(owners);
            }
            return owners.unreadable().isEmpty() ? Exit.OK : Exit.PROBLEMS;
        }
    }

    private void print(OwnerDesk.Owners owners) {
        if (!owners.unreadable().isEmpty()) {
            terminal.note("the owners cannot be read: " + Printable.line(owners.unreadable()));
        }
        if (owners.owners().isEmpty()) {
            terminal.note("no engine owns a customer: each publishes what the flags let out");
            return;
        }
        Table table = new Table("customer", "source", "engine", ">revision", "since", "who", "why");
        for (Owner o : owners.owners()) {
            table.row(o.customer(), o.source(), o.engine(), o.revision(), o.when(), o.who(), o.why());
        }
        table.print(terminal);
    }

    @Command(name = "set", description = "Hands customers over to an engine, at the same event in all engines.")
    static final class SetCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();
        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0..*", arity = "1..*", paramLabel = "CUSTOMER... ENGINE", description = "The customers, * for all that are not named, and the engine last; none: nobody owns them.")
        private List<String> words = List.of();

        @Option(names = "--source", paramLabel = "NAME", description = "Only alerts from events of this source (default: all).")
        private String source = Assignment.ALL;

        @Option(names = "--why", paramLabel = "TEXT", description = "Why; it is kept in the history.")
        private String why = "";

        @Option(names = "--if-revision", paramLabel = "N", description = "Only if this revision is in force; 0: only if nothing was ever owned.")
        private @Nullable Long ifRevision;

        SetCommand(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            if (words.size() < 2) {
                throw usage("give the customers and then the engine", "owners set acme green --why \"…\"");
            }
            if (why.isBlank() && !change.dryRun()) {
                throw usage("a hand-over says why it is made", "add --why \"…\"");
            }
            String engine = words.getLast().equals("none") ? "" : words.getLast();
            List<String> customers = words.subList(0, words.size() - 1);
            try (Client client = node.client()) {
                OwnerDesk.Owners now = client.bind(client.get(PATH, Map.of()), OwnerDesk.Owners.class);
                List<String> changes = changes(now, customers, engine);
                if (!output.isJson()) {
                    changes.forEach(line -> terminal.out().println(Printable.line(line)));
                }
                if (change.dryRun() || changes.isEmpty()) {
                    terminal.note(changes.isEmpty() ? "nothing changes" : "nothing was changed");
                    return Exit.OK;
                }
                change.confirm(terminal, "Hand over?");
                ObjectNode body = Json.object().put("why", why).put("if_revision",
                        ifRevision == null ? now.revision() : ifRevision);
                ArrayNode set = body.putArray("set");
                customers.forEach(c -> set.addObject().put("customer", c).put("source", source).put("engine", engine));
                JsonNode done = client.post(PATH, body);
                terminal.out().println(output.isJson()
                        ? done.toString()
                        : "revision " + done.path("revision").asLong(0) + " is in force");
                return Exit.OK;
            }
        }

        private List<String> changes(OwnerDesk.Owners now, List<String> customers, String engine) {
            List<String> lines = new ArrayList<>();
            for (String customer : customers) {
                String before = now.owners().stream()
                        .filter(o -> o.customer().equals(customer) && o.source().equals(source)).map(Owner::engine)
                        .findFirst().orElse("");
                if (!before.equals(engine)) {
                    lines.add(customer + (source.equals(Assignment.ALL) ? "" : ", source " + source) + ": "
                            + named(before) + " -> " + named(engine));
                }
            }
            return lines;
        }

        private static String named(String engine) {
            return engine.isEmpty() ? "(not set)" : engine;
        }

        private static Failure usage(String what, String hint) {
            return Failure.of(Exit.USAGE, ProblemCode.NOT_CONFIRMED, what, hint);
        }
    }

    @Command(name = "history", description = "Lists the hand-overs, newest first.")
    static final class HistoryCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();

        @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "At most so many (default: ${DEFAULT-VALUE}).")
        private int limit;

        HistoryCommand(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode json = client.get(PATH + "/history", Map.of("limit", String.valueOf(limit)));
                if (output.isJson()) {
                    terminal.out().println(json);
                    return Exit.OK;
                }
                Table table = new Table(">revision", "when", "who", "hand-over", "why");
                for (JsonNode c : json) {
                    table.row(c.path("revision").asLong(0), c.path("when").asString(""), c.path("who").asString(""),
                            words(c.path("set")), c.path("why").asString(""));
                }
                if (table.isEmpty()) {
                    terminal.note("nothing was ever handed over");
                } else {
                    table.print(terminal);
                }
                return Exit.OK;
            }
        }

        private static String words(JsonNode set) {
            return String.join(", ", set.valueStream().map(a -> a.path("customer").asString("")
                    + (a.path("source").asString("").equals(Assignment.ALL) ? "" : "/" + a.path("source").asString(""))
                    + " -> " + a.path("engine").asString("")).toList());
        }
    }
}
