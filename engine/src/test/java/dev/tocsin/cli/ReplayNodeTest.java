package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Stream;
import dev.tocsin.node.ConfigCheck;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code tocsin replay} and {@code tocsin parity} against a node. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ReplayNodeTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String CONFIG = """
            node: {data: data}
            log: {listen: 127.0.0.1:0, partitions: 2, disk_max: 2GiB, disk_free_min: 1MiB}
            index: {enabled: false}
            web: {listen: 127.0.0.1:0}
            sources:
              app: {type: http, listen: 127.0.0.1:0, ingest: {app: {format: json}}}
            detect: {rules: [rules]}
            rollout: {parity: {engines: [blue, green], every: 1s}}
            """;
    private static final String RULE = """
            title: Shell
            id: 5d7a0d2e-6a0b-4d62-9a43-0a2f2a1f7c11
            status: test
            logsource: {product: linux}
            detection: {s: {CommandLine|contains: /bin/sh}, condition: s}
            level: low
            """;

    @TempDir
    Path directory;

    private static Run.Result run(LocalNode.Running node, String... arguments) {
        URI page = node.page().orElseThrow();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", "http://" + page.getAuthority(), "--token", page.getQuery().replace("token=", "")));
        return new Run().command(all.toArray(String[]::new));
    }

    private static void send(LocalNode.Running node, int n) throws Exception {
        String address = node.api().status().listeners().stream().filter(l -> l.name().equals("app")).findFirst()
                .orElseThrow().address();
        JsonNode body = Json.object().put("CommandLine", "/bin/sh -c " + n)
                .put("@timestamp", Instant.now().minusSeconds(600 + n).toString())
                .set("_logsource", Json.object().put("product", "linux"));
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(HttpRequest.newBuilder(URI.create("http://" + address + "/ingest/app"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body))).build(), BodyHandlers.ofString())
                    .statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aReplayOfANodeIsComparedWithWhatItRaised() throws Exception {
        Files.createDirectories(directory.resolve("rules"));
        Files.writeString(directory.resolve("rules/shell.yml"), RULE);
        Files.writeString(directory.resolve("tocsin.yaml"), CONFIG);
        List<Event> alerts = new CopyOnWriteArrayList<>();
        List<Event> shadow = new CopyOnWriteArrayList<>();
        try (LocalNode.Running node = LocalNode.start(ConfigCheck.read(directory.resolve("tocsin.yaml")), List.of());
                AutoCloseable published = node.api().tap(Stream.ALERTS, alerts::add);
                AutoCloseable withheld = node.api().tap(Stream.SHADOW, shadow::add)) {
            assertThat(List.of(published, withheld)).hasSize(2);
            for (int n = 0; n < 5; n++) {
                send(node, n);
            }
            await().atMost(SOON).until(() -> alerts.size() == 5);
            String before = node.api().metrics();
            assertThat(before).contains("run=\"live\"").doesNotContain("tocsin_rollout_replay_events");

            Run.Result refused = run(node, "replay", "--engine", "green", "--from", "2026-01-01");
            assertThat(refused.exit()).as(refused.notes()).isEqualTo(2);
            assertThat(refused.notes()).contains("this node runs engine blue");
            Run.Result replay = run(node, "replay", "--from", "2026-01-01", "-o", "json");
            assertThat(replay.exit()).as(replay.notes()).isZero();
            JsonNode report = Json.read(replay.out());
            assertThat(List.of(report.path("state").asString(), report.path("events").asInt(),
                    report.path("alerts").asInt())).containsExactly("done", 5, 5);
            String name = report.path("run").asString();
            await().atMost(SOON).until(() -> shadow.size() == 5);
            assertThat(Json.read(shadow.getFirst().json()).path("run").asString()).isEqualTo(name);
            assertThat(alerts).hasSize(5);
            assertThat(node.api().rules().getFirst().hits()).isEqualTo(5);
            assertThat(node.api().metrics()).contains("tocsin_rollout_replay_events{engine=\"blue\",run=\"" + name
                    + "\",role=\"replay\"} 5.0");
            assertThat(node.api().status().stages()).noneMatch(s -> s.name().contains("replay"));

            Run.Result equal = run(node, "parity", "--engines", "blue,blue@" + name, "--from", "2026-01-01", "--to",
                    Instant.now().minusSeconds(60).toString());
            assertThat(equal.exit()).as(equal.out() + equal.notes()).isZero();
            assertThat(equal.out()).contains("blue 5 alerts, blue@" + name + " 5").contains("pass: nothing differs");
            assertThat(run(node, "replay", "list").out()).contains(name);

            // Two engines are named, and one has never been there: that is said, and is no alarm.
            await().atMost(SOON).until(() -> node.api().parity().watch().trouble().contains("engine green has never"));
            assertThat(node.api().checks().stream().filter(c -> c.name().equals("parity")).findFirst().orElseThrow()
                    .message()).contains("engine green has never read this log");
            assertThat(node.api().metrics()).contains("tocsin_rollout_parity_verdict");
            Run.Result nobody = run(node, "parity", "--engines", "blue,green");
            assertThat(nobody.exit()).isEqualTo(1);
            assertThat(nobody.out()).contains("inconclusive: a side is not there");
        }
    }
}
