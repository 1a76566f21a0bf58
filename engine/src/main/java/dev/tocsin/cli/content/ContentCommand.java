package dev.tocsin.cli.content;

import dev.tocsin.cli.Client;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Failure;
import dev.tocsin.cli.NodeOptions;
import dev.tocsin.cli.OutputOption;
import dev.tocsin.cli.Table;
import dev.tocsin.cli.Terminal;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.content.ContentException;
import dev.tocsin.content.PublicKeyText;
import dev.tocsin.content.SigningKey;
import dev.tocsin.event.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The group {@code content}. */
@Command(name = "content", synopsisSubcommandLabel = "COMMAND", description = "Pushes rule bundles to engines, shows what runs, goes back.", footer = {
        "", "Examples:", "  tocsin content push rules --why 'fewer false positives'",
        "  tocsin content status            which engine runs what",
        "  tocsin content rollback          what ran before runs again"})
public final class ContentCommand {
    static final String PATH = "/api/v1/content";
    private static final int SHOWN = 12;

    private ContentCommand() {
    }

    /** The group with its commands, to be added to the program's command line. */
    public static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new ContentCommand()).addSubcommand(new PushCommand(terminal)).addSubcommand(
                new StatusCommand(terminal)).addSubcommand(new HistoryCommand(terminal)).addSubcommand(
                        new RollbackCommand(terminal))
                .addSubcommand(new KeygenCommand(terminal));
    }

    static Failure failure(int exit, ProblemCode code, String what, String hint) {
        return new Failure(exit, code.problem("", what, hint));
    }

    static String brief(String commit) {
        return commit.length() > SHOWN ? commit.substring(0, SHOWN) : commit;
    }

    static String words(JsonNode list) {
        return String.join(" ", list.valueStream().map(w -> w.asString("")).toList());
    }

    static String age(long seconds) {
        if (seconds < 120) {
            return seconds + "s";
        }
        return seconds < 7200 ? seconds / 60 + "m" : seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }

    @Command(name = "status", description = {"Shows which content each engine on each node runs and should run.",
            "Exit code 1 when one of them runs another for too long."})
    static final class StatusCommand implements Callable<Integer> {
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
                JsonNode json = client.get(PATH, Map.of());
                boolean stale = json.path("engines").valueStream().anyMatch(e -> e.path("state").asString("").equals(
                        "stale"));
                if (output.isJson()) {
                    terminal.out().println(json);
                    return stale ? Exit.PROBLEMS : Exit.OK;
                }
                Table table = new Table("engine", "node", "state", "desired", "running", ">age", "problem");
                for (JsonNode e : json.path("engines")) {
                    String state = e.path("state").asString("");
                    table.row(e.path("engine").asString(""), e.path("node").asString(""), new Table.Cell(state, shade(
                            state)), brief(e.path("desired").asString("")), brief(e.path("running").asString("")),
                            age(e.path("ageSeconds").asLong(0)), e.path("problem").asString(""));
                }
                if (table.isEmpty()) {
                    terminal.note("no engine has said what it runs");
                } else {
                    table.print(terminal);
                }
                String unknown = json.path("unknown").asString("");
                if (!unknown.isEmpty()) {
                    terminal.note("the announcements may not be the newest: " + unknown);
                }
                return stale ? Exit.PROBLEMS : Exit.OK;
            }
        }

        private static String shade(String state) {
            return switch (state) {
                case "stale" -> "31";
                case "silent", "changing" -> "33";
                default -> "";
            };
        }
    }

    @Command(name = "history", description = "Lists what was announced, newest first.")
    static final class HistoryCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();
        @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many (default: ${DEFAULT-VALUE}).")
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
                Table table = new Table(">revision", "when", "commit", ">rules", ">refused", "engines", "who", "why");
                for (JsonNode a : json) {
                    table.row(a.path("revision").asLong(0), a.path("when").asString(""), brief(a.path("commit")
                            .asString("")), a.path("rules").asInt(0), a.path("refused").size(), words(
                                    a.path(
                                            "engines")),
                            a.path("who").asString(""), a.path("why").asString(""));
                }
                if (table.isEmpty()) {
                    terminal.note("nothing was ever announced");
                } else {
                    table.print(terminal);
                }
                return Exit.OK;
            }
        }
    }

    @Command(name = "rollback", description = {
            "Announces again what was announced before: what ran before, or a commit.",
            "Nothing is built, checked or uploaded; engines that still have the bundle need only compile it."})
    static final class RollbackCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();
        @Parameters(arity = "0..1", paramLabel = "COMMIT", description = "A commit of the history, or its beginning (default: the one before).")
        private @Nullable String commit;
        @Option(names = "--engine", paramLabel = "NAME", description = "Only this engine. May be given several times.")
        private List<String> engines = List.of();
        @Option(names = "--why", paramLabel = "TEXT", description = "Why; it is kept in the history.")
        private String why = "";

        RollbackCommand(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            ObjectNode body = Json.object().put("why", why);
            if (commit != null) {
                body.put("commit", commit);
            }
            engines.forEach(body.putArray("engines")::add);
            try (Client client = node.client()) {
                JsonNode done = client.post(PATH + "/rollback", body);
                terminal.out().println(output.isJson()
                        ? done.toString()
                        : "content " + brief(done.path("commit").asString("")) + " is announced again for " + words(done
                                .path("engines")) + " as revision " + done.path("revision").asLong(0));
                return Exit.OK;
            }
        }
    }

    @Command(name = "keygen", description = {
            "Makes a key to sign bundles with, and prints its public key for content.trust.",
            "With a file that is there already, prints the public key of that."})
    static final class KeygenCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final OutputOption output = new OutputOption();
        @Parameters(paramLabel = "FILE", description = "Where the key is kept; readable by its owner only.")
        private Path file = Path.of("");

        KeygenCommand(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            try {
                SigningKey key = Files.exists(file) ? SigningKey.read(file) : SigningKey.generate(file);
                PublicKeyText text = key.publicKey();
                terminal.out().println(output.isJson()
                        ? Json.object().put("key", text.text()).put("name", text.name()).toString()
                        : text.text());
                return Exit.OK;
            } catch (FileAlreadyExistsException e) {
                throw failure(Exit.PROBLEMS, ProblemCode.UNREADABLE, file + " is there already", "name another file");
            } catch (ContentException e) {
                throw new Failure(Exit.PROBLEMS, e.problem());
            } catch (IOException e) {
                throw failure(Exit.USAGE, ProblemCode.UNREADABLE, "the key " + file + " cannot be read or made: " + e
                        .getMessage(), "");
            }
        }
    }
}
