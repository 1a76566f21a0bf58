package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a newcomer does: clones, starts the demo, looks around, ends it, starts it again. */
class DemoTest {
    private static final Duration BUILD = Duration.ofMinutes(10);
    private static final Pattern PAGE = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

    @TempDir
    Path directory;

    @Test
    void aFreshCloneBuildsItselfShowsTheStoryAndGoesOnAfterAnEnd() throws Exception {
        Path clone = directory.resolve("tocsin");
        Cli.Result cloned = Cli.run(directory,
                List.of("git", "clone", "-q", NodeProcess.ROOT.toString(), clone.toString()));
        assertThat(cloned.exit()).as(cloned.toString()).isZero();
        Instant began = Instant.now();
        JsonNode end = told(clone);
        Instant secondRun = Instant.now();
        try (DemoProcess demo = new DemoProcess(clone, List.of("./tocsin", "demo", "--speed", "6"))) {
            String url = page(demo);
            System.out.println("second start, from the command to its page: "
                    + Duration.between(secondRun, Instant.now()).toMillis() + " ms");
            commands(clone, url, demo);
            // Some lines of the story unroll into several events, so there may be more than were sent.
            Cli.Result found = ok(clone, "search", "*", "--kind", "event", "--from", began.toString(), "--to",
                    secondRun.toString(), "--limit", "10000", "-o", "json", "--url", url);
            assertThat(found.out().lines().count()).as("events of the first run")
                    .isGreaterThanOrEqualTo(end.path("acknowledged").asLong());
            long pid = demo.process().pid();
            int exit = demo.interrupt(Duration.ofSeconds(60));
            assertThat(exit).as(demo.out() + demo.err()).isZero();
            assertThat(ProcessHandle.of(pid)).isEmpty();
            assertThat(demo.process().descendants()).isEmpty();
        }
        exitCodes(clone);
    }

    @Test
    void anIdleNodeIsSmall() throws Exception {
        Outcome.writeRule(directory);
        try (NodeProcess node = new NodeProcess(directory, directory.resolve("data"), Outcome.CONFIG)) {
            Duration ready = node.start();
            long resident = node.get("/api/v1/status").path("memoryResidentBytes").asLong();
            System.out.println(
                    "idle node: ready after " + ready.toMillis() + " ms, " + (resident >> 20) + " MiB resident");
            assertThat(resident).isLessThan(700L << 20);
            assertThat(node.stop()).isZero();
        }
    }

    /** The story, once and to its end, from a tree that was never built. */
    private static JsonNode told(Path clone) throws Exception {
        Instant began = Instant.now();
        try (DemoProcess demo = new DemoProcess(clone,
                List.of("./tocsin", "demo", "--once", "--speed", "6", "-o", "json"))) {
            JsonNode ready = demo.await("ready", BUILD);
            Duration build = Duration.between(began, Instant.now());
            JsonNode alert = demo.await("alert", Duration.ofSeconds(120));
            assertThat(alert.path("millisSinceReady").asLong()).as("milliseconds from ready to the first alert")
                    .isLessThan(10_000);
            Awaitility.await().atMost(Duration.ofSeconds(120)).until(() -> !demo.process().isAlive());
            JsonNode end = demo.said().getLast();
            assertThat(demo.process().exitValue()).as(demo.out() + demo.err()).isZero();
            assertThat(end.path("kind").asString()).isEqualTo("end");
            assertThat(end.path("owed")).isEmpty();
            System.out
                    .println("fresh clone: ready after " + build.toSeconds() + " s with the build, the program itself "
                            + ready.path("millis") + " ms; first alert " + alert.path("millisSinceReady")
                            + " ms later; " + end);
            return end;
        }
    }

    private static String page(DemoProcess demo) throws Exception {
        demo.awaitText("http://127.0.0.1:", Duration.ofSeconds(120));
        Matcher address = PAGE.matcher(demo.out());
        assertThat(address.find()).isTrue();
        return address.group();
    }

    private static void commands(Path clone, String url, DemoProcess demo) throws Exception {
        List<List<String>> all = List.of(List.of("status"), List.of("top", "--count", "2", "--every", "300ms"),
                List.of("tap", "alerts", "--limit", "1"), List.of("search", "*", "--limit", "3"), List.of("audit"),
                List.of("health"), List.of("dead", "list"));
        for (List<String> command : all) {
            List<String> asked = new ArrayList<>(command);
            asked.addAll(List.of("--url", url));
            Cli.Result text = ok(clone, asked.toArray(String[]::new));
            assertThat(text.out() + text.err()).as(command.toString()).isNotBlank();
            asked.addAll(List.of("-o", "json"));
            Cli.Result json = ok(clone, asked.toArray(String[]::new));
            assertThat(json.out().lines()).as(command.toString()).isNotEmpty()
                    .allSatisfy(line -> assertThat(Json.read(line).isContainer()).isTrue());
        }
        assertThat(demo.process().isAlive()).as(demo.out() + demo.err()).isTrue();
    }

    private static void exitCodes(Path clone) throws Exception {
        String nobody = "http://127.0.0.1:" + NodeProcess.freePort();
        for (String command : List.of("status", "audit", "health", "tap", "top", "search")) {
            Cli.Result gone = tocsin(clone, command, "--url", nobody);
            assertThat(gone.exit()).as(command + ": " + gone).isEqualTo(3);
            assertThat(gone.err()).contains(nobody);
        }
        assertThat(tocsin(clone, "status", "--no-such-option").exit()).isEqualTo(2);
        assertThat(tocsin(clone, "nonsense").exit()).isEqualTo(2);
        assertThat(tocsin(clone, "search", "--limit", "many").exit()).isEqualTo(2);
        assertThat(tocsin(clone, "dead", "show", "no-id").exit()).isEqualTo(2);
        Path broken = Files.writeString(clone.resolve("broken.yaml"), "sources: {a: {type: sislog}}\n");
        Cli.Result check = tocsin(clone, "check", "-c", broken.toString());
        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.out()).contains("broken.yaml:1:", "syslog");
    }

    private static Cli.Result ok(Path clone, String... arguments) throws Exception {
        Cli.Result result = tocsin(clone, arguments);
        assertThat(result.exit()).as(String.join(" ", arguments) + ": " + result).isZero();
        return result;
    }

    private static Cli.Result tocsin(Path clone, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("./tocsin"));
        command.addAll(List.of(arguments));
        return Cli.run(clone, command);
    }
}
