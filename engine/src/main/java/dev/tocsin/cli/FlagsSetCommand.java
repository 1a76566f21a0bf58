package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.base.Problem;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.config.ProblemPrinter;
import dev.tocsin.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks the node first what a change would do, shows it, and then makes it, if nothing has changed meanwhile. */
@Command(name = "set", description = "Changes the flags: shows what changes, asks, and puts it in force on all nodes.")
final class FlagsSetCommand implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();
    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "FLAG", description = "The flag to change (default: the whole document).")
    private @Nullable String flag;

    @Option(names = {"-f",
            "--file"}, paramLabel = "FILE", description = "The document, or with FLAG its definition; - reads standard input.")
    private @Nullable Path file;

    @Option(names = "--remove", description = "Remove the flag; what it gated is held from then on.")
    private boolean remove;

    @Option(names = "--why", paramLabel = "TEXT", description = "Why; it is kept in the history.")
    private String why = "";

    @Option(names = "--if-revision", paramLabel = "N", description = "Only if this revision is in force; 0: only if no flag was ever set.")
    private @Nullable Long ifRevision;

    FlagsSetCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() {
        if (remove == (file != null) || remove && flag == null) {
            throw usage("give --file, or a flag and --remove", "flags set detect.egress --file egress.json");
        }
        if (why.isBlank() && !change.dryRun()) {
            throw usage("a change of the flags says why it is made", "add --why \"…\"");
        }
        String path = "/api/v1/flags" + (flag == null ? "" : "/" + Client.escape(flag));
        ObjectNode body = Json.object();
        body.set(flag == null ? "document" : "definition", remove ? body.nullNode() : read());
        if (ifRevision != null) {
            body.put("if_revision", ifRevision);
        }
        try (Client client = node.client()) {
            JsonNode tried = client.put(path, body.put("dry_run", true));
            if (!tried.path("problems").isEmpty()) {
                return refused(tried);
            }
            boolean isSame = tried.path("before").equals(tried.path("after"));
            if (!output.isJson()) {
                show(tried);
            }
            if (change.dryRun() || isSame) {
                if (output.isJson()) {
                    terminal.out().println(tried);
                } else {
                    terminal.note(isSame ? "nothing changes" : "nothing was changed");
                }
                return Exit.OK;
            }
            change.confirm(terminal, "Put this in force on all nodes?");
            JsonNode done = client.put(path, body.put("dry_run", false).put("why", why).put("if_revision", tried
                    .path("revision").asLong(0)));
            terminal.out().println(output.isJson()
                    ? done.toString()
                    : "revision " + done.path("revision").asLong(0) + " is in force");
            return Exit.OK;
        }
    }

    private static Failure usage(String what, String hint) {
        return Failure.of(Exit.USAGE, ProblemCode.NOT_CONFIRMED, what, hint);
    }

    /** With a flag, a whole document that has it will do. */
    private JsonNode read() {
        Path from = java.util.Objects.requireNonNull(file);
        try {
            byte[] bytes = from.toString().equals("-") ? terminal.in().readAllBytes() : Files.readAllBytes(from);
            JsonNode json = Json.read(new String(bytes, StandardCharsets.UTF_8));
            return flag != null && json.path("flags").has(flag) ? json.path("flags").get(flag) : json;
        } catch (IOException e) {
            throw Failure.of(Exit.USAGE, ProblemCode.UNREADABLE, "cannot read " + from + ": " + e.getMessage(), "");
        } catch (JacksonException e) {
            throw Failure.of(Exit.PROBLEMS, ProblemCode.FLAG, from + " is not JSON: " + e.getOriginalMessage()
                    + " at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr(), "");
        }
    }

    private int refused(JsonNode tried) {
        if (output.isJson()) {
            terminal.out().println(tried);
            return Exit.PROBLEMS;
        }
        List<Problem> problems = new ArrayList<>();
        for (JsonNode p : tried.path("problems")) {
            problems.add(new Problem(p.path("code").asString(""), p.path("where").asString(""),
                    p.path("what").asString(""), p.path("hint").asString("")));
        }
        terminal.notes().print(new ProblemPrinter(terminal.notesColour()).print(problems));
        return Exit.PROBLEMS;
    }

    private void show(JsonNode tried) {
        LineDiff.of("flags", FlagsCommand.pretty(tried.path("before")), FlagsCommand.pretty(tried.path("after")))
                .stream().map(l -> terminal.paint(shade(l), Printable.line(l))).forEach(terminal.out()::println);
        for (JsonNode e : tried.path("effects")) {
            terminal.out()
                    .println(e.path("flag").asString("") + ", engine " + Printable.line(e.path("engine").asString(""))
                            + ": " + e.path("before").asString("") + " -> " + e.path("after").asString("")
                            + " for customers that are not named");
        }
    }

    private static String shade(String line) {
        return line.startsWith("+") ? "32" : line.startsWith("-") ? "31" : "";
    }
}
