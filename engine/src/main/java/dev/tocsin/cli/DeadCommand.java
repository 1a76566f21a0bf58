package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.DeadEntry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The commands of {@code dead}. */
@Command(name = "dead", description = "Shows, replays and drops what could not be handled (dead letters).")
final class DeadCommand {
    private DeadCommand() {
    }

    static final class IdConverter implements ITypeConverter<EventId> {
        @Override
        public EventId convert(String value) {
            try {
                return EventId.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("not an id: " + e.getMessage());
            }
        }
    }

    @Command(name = "list", description = "Lists dead letters, newest first.")
    static final class ListCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();

        @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "At most so many (default: ${DEFAULT-VALUE}).")
        private int limit;

        ListCommand(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode json = client.get("/api/v1/dead", Map.of("limit", String.valueOf(limit)));
                if (output.isJson()) {
                    terminal.out().println(json);
                    return Exit.OK;
                }
                Table table = new Table("time", "id", "state", "stage", "customer", "source", "cause");
                for (JsonNode entry : json) {
                    DeadEntry e = client.bind(entry, DeadEntry.class);
                    table.row(e.time(), e.id(), e.state(), e.stage(), e.customer(), e.source(), e.cause());
                }
                if (table.isEmpty()) {
                    terminal.note("no dead letters");
                } else {
                    table.print(terminal);
                }
                return Exit.OK;
            }
        }
    }

    @Command(name = "show", description = "Shows one dead letter: why it is here, and what came.")
    static final class ShowCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();

        @Parameters(index = "0", paramLabel = "ID", converter = IdConverter.class, description = "As dead list says.")
        private EventId id = new EventId(0, 0);

        ShowCommand(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode json = client.get("/api/v1/dead/" + id, Map.of());
                if (output.isJson()) {
                    terminal.out().println(json);
                    return Exit.OK;
                }
                DeadEntry e = client.bind(json, DeadEntry.class);
                String[][] fields = {{"id", e.id().toString()}, {"time", e.time().toString()}, {"state", e.state()},
                        {"stage", e.stage()}, {"customer", e.customer()}, {"source", e.source()}, {"cause", e.cause()}};
                for (String[] field : fields) {
                    terminal.out().printf("%-9s %s%n", field[0], Printable.line(field[1]));
                }
                terminal.out().println();
                e.original().lines().map(Printable::line).forEach(terminal.out()::println);
                return Exit.OK;
            }
        }
    }

    @Command(name = "replay", description = "Puts dead letters back into intake; waits until they are durable there.")
    static final class ReplayCommand extends Change {
        ReplayCommand(Terminal terminal) {
            super(terminal, "replay", "replayed");
        }
    }

    @Command(name = "drop", description = "Marks dead letters as not wanted any more; they are kept.")
    static final class DropCommand extends Change {
        DropCommand(Terminal terminal) {
            super(terminal, "drop", "dropped");
        }
    }

    /** What replay and drop have in common: which ones, and the question. */
    abstract static class Change implements Callable<Integer> {
        private final Terminal terminal;
        private final String verb;
        private final String done;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();
        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0..*", paramLabel = "ID", converter = IdConverter.class, description = "As dead list says.")
        private List<EventId> ids = List.of();

        @Option(names = "--all", description = "All that wait.")
        private boolean all;

        Change(Terminal terminal, String verb, String done) {
            this.terminal = terminal;
            this.verb = verb;
            this.done = done;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public final Integer call() {
            if (all == !ids.isEmpty()) {
                throw Failure.of(Exit.USAGE, ProblemCode.NOT_CONFIRMED,
                        all ? "give either ids or --all" : "which dead letters?", "give ids, or --all");
            }
            ObjectNode body = Json.object();
            if (all) {
                change.confirm(terminal, verb.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + verb.substring(1)
                        + " all dead letters that wait?");
                body.put("all", true);
            } else {
                ArrayNode array = body.putArray("ids");
                ids.forEach(id -> array.add(id.toString()));
            }
            body.put("dry_run", change.dryRun());
            try (Client client = node.client()) {
                JsonNode json = client.post("/api/v1/dead/" + verb, body);
                long matched = json.path("matched").asLong(0);
                boolean more = json.path("more").asBoolean(false);
                long count = json.path("done").asLong(0);
                if (more && count > 0) {
                    count = rest(client, body, count);
                }
                if (output.isJson()) {
                    terminal.out().println(Json.object().put("matched", Math.max(matched, count)).put("done", count)
                            .put("dryRun", change.dryRun()));
                } else if (change.dryRun()) {
                    terminal.out().println(
                            "would be " + done + ": " + Amounts.count(matched) + (more ? " or more" : ""));
                } else {
                    terminal.out().println(done + ": " + Amounts.count(count));
                }
                return Exit.OK;
            }
        }

        /** The node takes a bounded number at once, and says when there are more. Answers how many it were in all. */
        private long rest(Client client, ObjectNode body, long first) {
            long count = first;
            try (Progress progress = new Progress(terminal, done, "dead letters", 0)) {
                JsonNode json;
                do {
                    progress.update(count);
                    json = client.post("/api/v1/dead/" + verb, body);
                    count += json.path("done").asLong(0);
                } while (json.path("more").asBoolean(false) && json.path("done").asLong(0) > 0);
                progress.update(count);
            }
            return count;
        }
    }
}
