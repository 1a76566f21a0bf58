package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.event.Json;
import dev.tocsin.rollout.FlagDesk;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The commands of {@code flags}. */
@Command(name = "flags", description = "Shows, changes and explains the flags that open and close the gates of engines.", footer = {
        "", "Flags are documents in flagd's format; detect.ingress says which events an engine handles,",
        "detect.egress which of its alerts it publishes.", "Examples:",
        "  tocsin flags set --file flags.json --why 'green takes acme'",
        "  tocsin flags explain --customer acme --engine green"})
final class FlagsCommand {
    private static final String PATH = "/api/v1/flags";

    private FlagsCommand() {
    }

    static List<Object> all(Terminal terminal) {
        return List.of(new ListCommand(terminal), new GetCommand(terminal), new FlagsSetCommand(terminal),
                new FlagsExplainCommand(terminal), new HistoryCommand(terminal));
    }

    static String pretty(JsonNode json) {
        return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(json);
    }

    @Command(name = "list", description = "Lists the flags in force, and what is wrong with them.")
    static final class ListCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();

        ListCommand(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode json = client.get(PATH, Map.of());
                FlagDesk.Flags flags = client.bind(json, FlagDesk.Flags.class);
                if (output.isJson()) {
                    terminal.out().println(json);
                } else {
                    print(flags);
                }
                boolean isGood = flags.unreadable().isEmpty()
                        && flags.flags().stream().allMatch(f -> f.problem().isEmpty());
                return isGood ? Exit.OK : Exit.PROBLEMS;
            }
        }

        private void print(FlagDesk.Flags flags) {
            if (!flags.unreadable().isEmpty()) {
                terminal.note("the flags cannot be read: " + Printable.line(flags.unreadable()));
            }
            if (flags.revision() == 0) {
                terminal.note("no flags were ever set");
                return;
            }
            Table table = new Table("flag", "state", "variants", "default", "targeting", "engines", "problem");
            for (FlagDesk.FlagState f : flags.flags()) {
                table.row(f.key(), f.state(), String.join(" ", f.variants()), String.valueOf(f.defaultVariant()),
                        f.targeting() ? "yes" : "no", String.join(" ", f.engines()), f.problem());
            }
            table.print(terminal);
            terminal.note("revision " + flags.revision() + " by " + Printable.line(flags.who()) + " at " + flags.when()
                    + ": " + Printable.line(flags.why()));
        }
    }

    @Command(name = "get", description = "Writes the flags in force, or one of them, as flagd reads them.")
    static final class GetCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();

        @Parameters(index = "0", arity = "0..1", paramLabel = "FLAG", description = "One of them (default: the document of all).")
        private @Nullable String flag;

        GetCommand(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode found = flag == null
                        ? client.get(PATH, Map.of()).path("document")
                        : client.get(PATH + "/" + Client.escape(flag), Map.of()).path("definition");
                terminal.out().println(output.isJson() ? found.toString() : pretty(found));
                return Exit.OK;
            }
        }
    }

    @Command(name = "history", description = "Lists who changed the flags, when and why, newest first.")
    static final class HistoryCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();

        @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "At most so many (default: ${DEFAULT-VALUE}).")
        private int limit;

        @Option(names = "--revision", paramLabel = "N", description = "Show what this revision changed.")
        private @Nullable Long revision;

        HistoryCommand(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            int asked = revision == null ? limit : 10_000;
            try (Client client = node.client()) {
                JsonNode json = client.get(PATH + "/history", Map.of("limit", String.valueOf(asked)));
                if (revision != null) {
                    return showOne(json, revision);
                }
                if (output.isJson()) {
                    terminal.out().println(json);
                    return Exit.OK;
                }
                Table table = new Table(">revision", "when", "who", "changed", "why");
                for (JsonNode c : json) {
                    table.row(c.path("revision").asLong(0), c.path("when").asString(""), c.path("who").asString(""),
                            words(c.path("changed")), c.path("why").asString(""));
                }
                if (table.isEmpty()) {
                    terminal.note("no flags were ever set");
                } else {
                    table.print(terminal);
                }
                return Exit.OK;
            }
        }

        private static String words(JsonNode list) {
            return String.join(" ", list.valueStream().map(w -> w.asString("")).toList());
        }

        private int showOne(JsonNode changes, long wanted) {
            JsonNode before = Json.object();
            for (JsonNode c : changes.valueStream().toList().reversed()) {
                if (c.path("revision").asLong(0) == wanted) {
                    if (output.isJson()) {
                        terminal.out().println(c);
                    } else {
                        LineDiff.of("flags", pretty(before), pretty(c.path("document"))).stream().map(Printable::line)
                                .forEach(terminal.out()::println);
                    }
                    return Exit.OK;
                }
                before = c.path("document");
            }
            throw Failure.of(Exit.PROBLEMS, ProblemCode.NODE_REFUSED, "there is no revision " + wanted,
                    "flags history lists them");
        }
    }
}
