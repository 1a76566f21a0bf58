package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.health.Level;
import dev.tocsin.log.Stream;
import dev.tocsin.node.ConfigCheck;
import dev.tocsin.node.NodeApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code tocsin content} against a node, and what it does to alerts. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ContentCommandTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String CONFIG = """
            node: {data: data}
            log: {listen: 127.0.0.1:0, partitions: 1, disk_max: 2GiB, disk_free_min: 1MiB}
            index: {enabled: false}
            web: {listen: 127.0.0.1:0}
            sources:
              app: {type: http, listen: 127.0.0.1:0, ingest: {app: {format: json}}}
            %s
            """;
    private static final String RULE = """
            title: Shell
            id: 5d7a0d2e-6a0b-4d62-9a43-0a2f2a1f7c%02d
            status: test
            logsource: {product: linux}
            detection: {s: {CommandLine|contains: '%s'}, condition: s}
            level: low
            """;

    @TempDir
    Path directory;
    private Path rules;
    private LocalNode.Running node;
    private AutoCloseable tap;
    private final List<Event> alerts = new CopyOnWriteArrayList<>();

    @BeforeEach
    void write() throws Exception {
        rules = Files.createDirectories(directory.resolve("rules/linux"));
        Files.writeString(rules.resolve("shell.yml"), RULE.formatted(11, "/bin/sh"));
        Files.writeString(rules.resolve("shell.test.yml"), """
                must_fire:
                  - CommandLine: /bin/sh -c id
                must_not_fire:
                  - CommandLine: /bin/ls
                """);
    }

    private void start(String more) throws Exception {
        Files.writeString(directory.resolve("tocsin.yaml"), CONFIG.formatted(more));
        node = LocalNode.start(ConfigCheck.read(directory.resolve("tocsin.yaml")), List.of());
        tap = node.api().tap(Stream.ALERTS, alert -> {
            // What is refused is told as an alert of the engine, too.
            if (Json.read(alert.json()).path("rule").path("title").asString("").equals("Shell")) {
                alerts.add(alert);
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        tap.close();
        node.close();
    }

    private Run.Result content(String... arguments) {
        URI page = node.page().orElseThrow();
        List<String> all = new ArrayList<>(List.of("content"));
        all.addAll(List.of(arguments));
        if (!arguments[0].equals("keygen")) {
            all.addAll(List.of("--url", "http://" + page.getAuthority(), "--token", page.getQuery().substring(
                    "token=".length())));
        }
        return new Run().command(all.toArray(String[]::new));
    }

    private String dir() {
        return directory.resolve("rules").toString();
    }

    private void send(String commandLine) throws Exception {
        String address = node.api().status().listeners().stream().filter(l -> l.name().equals("app")).findFirst()
                .orElseThrow().address();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/ingest/app")).POST(
                    HttpRequest.BodyPublishers.ofString("""
                            {"_logsource": {"product": "linux"}, "CommandLine": "%s"}
                            """.formatted(commandLine))).build();
            assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }

    private JsonNode awaitAlert(int number) {
        await().atMost(SOON).untilAsserted(() -> assertThat(alerts).hasSizeGreaterThanOrEqualTo(number));
        return Json.read(alerts.get(number - 1).json());
    }

    private NodeApi.Check check(String name) {
        return node.api().checks().stream().filter(c -> c.channel().equals("content") && c.name().equals(name))
                .findFirst().orElseThrow();
    }

    @Test
    void whatIsPushedRunsAndStandsInAlertsAndIsThereAfterARestart() throws Exception {
        start("");
        // More than any other request may have.
        byte[] large = new byte[3 << 20];
        new Random(7).nextBytes(large);
        Files.write(rules.resolve("large.json"), large);
        Run.Result pushed = content("push", dir(), "--why", "first", "--wait", "2m");
        assertThat(pushed.exit()).as(pushed.notes()).isZero();
        assertThat(pushed.out()).contains("is announced as revision 1: 1 rules, 1 files changed, 2 tests run");
        assertThat(pushed.notes()).contains("all engines run it");
        JsonNode status = Json.read(content("status", "-o", "json").out());
        String commit = status.path("engines").get(0).path("running").asString();
        assertThat(commit).hasSize(32);
        send("/bin/sh -c a");
        JsonNode alert = awaitAlert(1);
        assertThat(alert.path("content").asString()).isEqualTo(commit);

        Files.writeString(rules.resolve("bad.yml"), RULE.formatted(12, "x").replace("condition: s", "condition: nil"));
        Run.Result refused = content("push", dir(), "--why", "bad");
        assertThat(refused.exit()).as("%s", refused).isEqualTo(1);
        assertThat(refused.notes()).contains("linux/bad.yml:5").contains("nil");
        assertThat(refused.out()).contains("is refused, what ran before still runs");
        assertThat(content("push", dir(), "--dry-run").exit()).isEqualTo(1);
        Run.Result kept = content("push", dir(), "--why", "the rest", "--keep-good", "--wait", "2m");
        assertThat(kept.exit()).isZero();
        assertThat(kept.notes()).contains("linux/bad.yml:5");
        assertThat(content("status").out()).contains("blue", "node1", "current");
        assertThat(content("history").out()).contains("the rest", "first");
        assertThat(content("rollback", "--why", "oops").out()).contains("is announced again for * as revision 3");
        await().atMost(SOON).untilAsserted(() -> assertThat(Json.read(content("status", "-o", "json").out()).path(
                "engines").get(0).path("runningRevision").asInt()).isEqualTo(3));
        assertThat(check("running").level()).isEqualTo(Level.GREEN);
        assertThat(node.api().metrics()).contains("tocsin_content_commit{").contains("running=\"" + commit + "\"")
                .contains("tocsin_content_lead_time_seconds_count{");
        assertThat(node.api().reloadRules("ann").problems()).containsExactly(
                "the rules come from a bundle; tocsin content push brings others");

        stop();
        start("");
        assertThat(node.api().rules()).hasSize(1);
        send("/bin/sh -c b");
        assertThat(awaitAlert(2).path("content").asString()).isEqualTo(commit);
        assertThat(content("rollback", "nosuch").exit()).isNotZero();
    }

    @Test
    void aFeedPutsADirectoryIntoForceAndAKeyOfOursIsTrustedWhenItIsNamed() throws Exception {
        Path key = directory.resolve("ci.key");
        Path ours = directory.resolve("data/content.key");
        Files.createDirectories(ours.getParent());
        String ci = new Run().command("content", "keygen", key.toString()).out().strip();
        String own = new Run().command("content", "keygen", ours.toString()).out().strip();
        assertThat(new Run().command("content", "keygen", key.toString()).out().strip()).isEqualTo(ci);
        start("content: {feed: {type: directory, path: rules, every: 300ms}, trust: ['%s', '%s']}".formatted(ci, own));
        await().atMost(SOON).untilAsserted(() -> assertThat(node.api().rules()).hasSize(1));
        assertThat(check("feed").level()).isEqualTo(Level.GREEN);
        Path other = Files.createDirectories(directory.resolve("other"));
        Files.writeString(other.resolve("a.yml"), RULE.formatted(13, "/bin/zsh"));
        assertThat(content("push", other.toString(), "--key", key.toString(), "--wait", "2m").exit()).isZero();
        assertThat(node.api().rules()).extracting(NodeApi.Rule::file).containsExactly("rules/a.yml");
        Path foreign = directory.resolve("foreign.key");
        new Run().command("content", "keygen", foreign.toString());
        Run.Result refused = content("push", dir(), "--key", foreign.toString());
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.notes()).contains("E431").contains("does not trust");
        assertThat(node.api().rules()).extracting(NodeApi.Rule::file).containsExactly("rules/a.yml");
    }
}
