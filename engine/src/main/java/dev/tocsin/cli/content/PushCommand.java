package dev.tocsin.cli.content;

import dev.tocsin.base.Problem;
import dev.tocsin.cli.Client;
import dev.tocsin.cli.DurationConverter;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Failure;
import dev.tocsin.cli.NodeOptions;
import dev.tocsin.cli.OutputOption;
import dev.tocsin.cli.Terminal;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.config.ProblemPrinter;
import dev.tocsin.content.Bundle;
import dev.tocsin.content.ContentException;
import dev.tocsin.content.ContentLimits;
import dev.tocsin.content.ContentTree;
import dev.tocsin.content.GitTree;
import dev.tocsin.content.SigningKey;
import dev.tocsin.sigma.RuleCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code content push}: the node checks what it is sent, makes a bundle of it, signs and announces it. */
@Command(name = "push", description = {
        "Checks a directory of rules, makes a bundle of it, and announces it to engines.",
        "Every rule must load and pass the tests beside it, or nothing goes live and the exit code is 1."}, footer = {
                "",
                "Examples:", "  tocsin content push rules --why 'ticket 4711' --wait 30s",
                "  tocsin content push --ref main rules       what is committed, not what lies there",
                "  tocsin content push --keep-good rules      leave out rules that cannot be used",
                "  tocsin content push --key ci.key rules     signed here, not by the node"})
final class PushCommand implements Callable<Integer> {
    private static final ContentLimits LIMITS = new ContentLimits(1L << 30);
    private static final long POLL_MILLIS = 200;

    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Parameters(paramLabel = "DIR", description = "A directory of rules, or a zip file of one. Pipelines lie in DIR/pipelines.")
    private Path path = Path.of("");

    @Option(names = "--ref", paramLabel = "REF", description = "What git has in DIR at this branch, tag or commit.")
    private @Nullable String ref;

    @Option(names = "--why", paramLabel = "TEXT", description = "Why; it is kept in the history.")
    private String why = "";

    @Option(names = "--engine", paramLabel = "NAME", description = "Only this engine. May be given several times.")
    private List<String> engines = List.of();

    @Option(names = "--keep-good", description = "Rules that cannot be used are left out and listed; the others go live.")
    private boolean keepGood;

    @Option(names = "--pipeline", paramLabel = "FILE", description = "A pySigma pipeline to go with the rules. May be given several times.")
    private List<Path> pipelines = List.of();

    @Option(names = "--key", paramLabel = "FILE", description = "Sign with this key instead of the node's.")
    private @Nullable Path key;

    @Option(names = "--dry-run", description = "Only check.")
    private boolean dryRun;

    @Option(names = "--wait", paramLabel = "TIME", converter = DurationConverter.class, description = "Wait until all engines run it, so long; exit code 1 when one does not.")
    private @Nullable Duration wait;

    PushCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        Path body = Files.createTempFile("tocsin-content", ".zip");
        try (Client client = node.client()) {
            Map<String, String> headers = prepare(body);
            JsonNode outcome = client.upload(ContentCommand.PATH + "?" + query(), body, headers, "outcome");
            boolean refused = outcome.path("state").asString("").equals("refused");
            print(outcome);
            if (refused || dryRun || wait == null) {
                return refused ? Exit.PROBLEMS : Exit.OK;
            }
            return isLive(client, outcome.path("revision").asLong(0), wait);
        } catch (ContentException e) {
            throw new Failure(Exit.PROBLEMS, e.problem());
        } finally {
            Files.deleteIfExists(body);
        }
    }

    private String query() {
        List<String> query = new ArrayList<>();
        engines.forEach(e -> query.add("engine=" + Client.escape(e)));
        query.add("why=" + Client.escape(why));
        query.add("keep_good=" + keepGood);
        query.add("dry_run=" + dryRun);
        return String.join("&", query);
    }

    /** @return headers that say what the body is */
    private Map<String, String> prepare(Path body) {
        try {
            ContentTree tree = tree().withPipelines(pipelines);
            if (key != null) {
                SigningKey signs = SigningKey.read(key);
                Bundle.pack(tree, new RuleCache(), body);
                try (Bundle bundle = Bundle.open(body, "", LIMITS)) {
                    return Map.of("X-Tocsin-Key", signs.publicKey().text(), "X-Tocsin-Signature", signs.sign(bundle
                            .sha256()));
                }
            }
            try (OutputStream out = Files.newOutputStream(body)) {
                tree.zip(out);
            }
            return Map.of("X-Tocsin-Commit", tree.commit());
        } catch (IOException | IllegalArgumentException e) {
            throw ContentCommand.failure(Exit.USAGE, ProblemCode.UNREADABLE, "cannot read " + path + ": " + e
                    .getMessage(), "name a directory of rules");
        }
    }

    private ContentTree tree() throws IOException {
        if (ref != null) {
            GitTree git = new GitTree(path);
            return git.read(git.commit(ref), ".", LIMITS);
        }
        if (Files.isDirectory(path)) {
            return ContentTree.ofDirectory(path, new GitTree(path).cleanCommit().orElse(""), LIMITS);
        }
        try (InputStream in = Files.newInputStream(path)) {
            return ContentTree.ofZip(in, "", LIMITS);
        }
    }

    private void print(JsonNode outcome) {
        if (output.isJson()) {
            terminal.out().println(outcome);
            return;
        }
        List<Problem> problems = new ArrayList<>();
        outcome.path("problems").forEach(p -> problems.add(new Problem(p.path("code").asString(""), p.path("where")
                .asString(""), p.path("what").asString(""), p.path("hint").asString(""))));
        outcome.path("refused").forEach(r -> problems.add(new Problem(r.path("code").asString(""), r.path("file")
                .asString("") + (r.path("line").asInt(0) == 0 ? "" : ":" + r.path("line").asInt(0)), r.path("reason")
                        .asString(""),
                r.path("hint").asString(""))));
        if (!problems.isEmpty()) {
            terminal.notes().print(new ProblemPrinter(terminal.notesColour()).print(problems));
        }
        for (JsonNode cost : outcome.path("costs")) {
            if (cost.path("everyEvent").asBoolean(false)) {
                terminal.note(cost.path("file").asString("") + ": evaluated for every event of its log source"
                        + (cost.path("nanos").asLong(0) > 0 ? ", " + cost.path("nanos").asLong(0) + " ns each" : ""));
            }
        }
        int warnings = outcome.path("warnings").size();
        terminal.out().println(String.format(Locale.ROOT,
                "content %s %s: %,d rules, %,d files changed, %,d tests run, %,d rules without tests%s",
                ContentCommand.brief(outcome.path("commit").asString("")), state(outcome), outcome.path("rules").asInt(
                        0),
                outcome.path("changed").asInt(0), outcome.path("tests").asInt(0), outcome.path("untested")
                        .asInt(0),
                warnings == 0 ? "" : ", " + warnings + " warnings (tocsin rules lint)"));
    }

    private static String state(JsonNode outcome) {
        long revision = outcome.path("revision").asLong(0);
        return switch (outcome.path("state").asString("")) {
            case "announced" -> "is announced as revision " + revision;
            case "unchanged" -> "was announced already, as revision " + revision;
            case "checked" -> outcome.path("refused").isEmpty() ? "is good" : "would be good without those";
            default -> "is refused, what ran before still runs";
        };
    }

    private int isLive(Client client, long revision, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        String behind = "";
        while (System.nanoTime() < deadline) {
            List<String> waiting = client.get(ContentCommand.PATH, Map.of()).path("engines").valueStream().filter(
                    e -> e.path("desiredRevision").asLong(0) >= revision
                            && e.path("runningRevision").asLong(0) < revision)
                    .map(e -> e.path("engine").asString("") + " on " + e.path("node").asString("") + " " + e.path(
                            "problem").asString(""))
                    .toList();
            if (waiting.isEmpty()) {
                terminal.note("all engines run it");
                return Exit.OK;
            }
            behind = String.join(", ", waiting).strip();
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return Exit.PROBLEMS;
            }
        }
        terminal.note("not run yet by " + behind + "; tocsin content status shows how they are");
        return Exit.PROBLEMS;
    }
}
