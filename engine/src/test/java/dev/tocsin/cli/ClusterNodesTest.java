package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.FreePort;
import dev.tocsin.event.Json;
import dev.tocsin.health.Level;
import dev.tocsin.node.ConfigCheck;
import dev.tocsin.node.NodeApi;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Two whole nodes of a layout: the tap of both, the log of both, and who has the manager's duty. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ClusterNodesTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    private LocalNode.Running start(String name, String store) throws Exception {
        Path home = Files.createDirectories(directory.resolve(name));
        Files.writeString(home.resolve("tocsin.yaml"), """
                node: {name: %1$s, data: data}
                log: {listen: 127.0.0.1:0, partitions: 1, disk_max: 2GiB, disk_free_min: 1MiB}
                index: {enabled: false}
                web: {listen: 127.0.0.1:0}
                sources:
                  app: {type: http, listen: 127.0.0.1:0, ingest: {app: {format: json}}}
                fabric:
                  layout: ../layout.yaml
                  stores: {cluster: %2$s}
                """.formatted(name, store));
        return LocalNode.start(ConfigCheck.read(home.resolve("tocsin.yaml")), List.of());
    }

    private static void send(NodeApi node, String text) throws Exception {
        String at = node.status().listeners().stream().filter(l -> l.name().equals("app")).findFirst().orElseThrow()
                .address();
        HttpRequest post = HttpRequest.newBuilder(URI.create("http://" + at + "/ingest/app")).POST(
                HttpRequest.BodyPublishers.ofString("{\"message\":\"" + text + "\"}")).build();
        assertThat(HttpClient.newHttpClient().send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    private static String tap(LocalNode.Running node, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = new Run().terminal(out, new ByteArrayOutputStream());
        URI page = node.page().orElseThrow();
        List<String> all = new ArrayList<>(List.of("tap"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", "http://" + page.getAuthority(), "--token", page.getQuery().replace("token=", "")));
        assertThat(Tocsin.commandLine(terminal, Optional.empty(), Stop::new, List.of()).execute(all.toArray(
                String[]::new))).isZero();
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    @Test
    void eachShowsWhatBothDo() throws Exception {
        Files.writeString(directory.resolve("layout.yaml"), """
                nodes:
                  manager: {type: manager, address: "127.0.0.1:%d"}
                  worker-1: {type: worker}
                """.formatted(FreePort.find()));
        try (LocalNode.Running manager = start("manager", "{backend: sqlite}");
                LocalNode.Running worker = start("worker-1", "{backend: sqlite, role: client}")) {
            await().atMost(SOON).until(() -> worker.api().clusterHealth().manager() != null && worker.api()
                    .clusterHealth().nodes().stream().noneMatch(n -> n.level() == Level.UNKNOWN));
            assertThat(worker.api().clusterHealth().manager().node()).isEqualTo("manager");
            assertThat(worker.api().clusterHealth().manager().by()).isEqualTo("store");
            assertThat(worker.api().cluster().manager()).isEqualTo(worker.api().clusterHealth().manager());

            LoggerFactory.getLogger("dev.tocsin.Test").warn("something odd");
            await().atMost(SOON)
                    .until(() -> manager.api().clusterLog(100).lines().stream().anyMatch(l -> l.node().equals(
                            "worker-1") && l.message().equals("something odd")));

            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                        send(worker.api(), "at the worker " + i);
                        send(manager.api(), "at the manager " + i);
                        TimeUnit.MILLISECONDS.sleep(100);
                    }
                } catch (Exception _) {
                    // The end of the test.
                }
            });
            String seen = tap(manager, "--all", "events", "-o", "json", "--limit", "40");
            sender.interrupt();
            sender.join();
            assertThat(seen.lines().map(Json::read)).hasSize(40).allSatisfy(l -> assertThat(l.path("record").path(
                    "message").asString()).startsWith(l.path("node").asString().equals("manager")
                            ? "at the manager"
                            : "at the worker"));
            assertThat(seen).contains("\"node\":\"manager\"", "\"node\":\"worker-1\"");
            assertThat(tap(worker, "topic", "tocsin/cluster/manager", "--limit", "1")).contains(
                    "\"topic\":\"tocsin/cluster/manager\"", "Tocsin::cluster_health");
        }
    }
}
