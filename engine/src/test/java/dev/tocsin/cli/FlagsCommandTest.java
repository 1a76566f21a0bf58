package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.health.Level;
import dev.tocsin.health.PlainMetrics;
import dev.tocsin.log.AuditReport;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code tocsin flags} against a node, and what the gates do to its events and alerts. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class FlagsCommandTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String CONFIG = """
            node: {data: data}
            log: {listen: 127.0.0.1:0, partitions: 1, disk_max: 2GiB, disk_free_min: 1MiB}
            index: {enabled: false}
            web: {listen: 127.0.0.1:0}
            sources:
              app: {type: http, listen: 127.0.0.1:0, ingest: {app: {format: json}}}
            detect: {rules: [rules]%s}
            """;
    private static final String RULE = """
            title: Shell
            id: 5d7a0d2e-6a0b-4d62-9a43-0a2f2a1f7c11
            status: test
            logsource: {product: linux}
            detection: {s: {CommandLine|contains: /bin/sh}, condition: s}
            level: low
            """;
    private static final String CLOSED_FOR_MAIN = """
            {"flags": {
              "detect.ingress": {"state": "ENABLED", "variants": {"open": true, "closed": false}, "defaultVariant": "open"},
              "detect.egress": {"state": "ENABLED", "variants": {"open": true, "closed": false}, "defaultVariant": "open",
                "targeting": {"if": [{"==": [{"var": "customer"}, "main"]}, "closed", null]}}}}
            """;

    @TempDir
    Path directory;
    private LocalNode.Running node;
    private final List<Event> alerts = new CopyOnWriteArrayList<>();
    private final List<Event> shadow = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> taps = new ArrayList<>();

    @BeforeEach
    void write() throws Exception {
        Files.createDirectories(directory.resolve("rules"));
        Files.writeString(directory.resolve("rules/shell.yml"), RULE);
    }

    private void start(String engine) throws Exception {
        Files.writeString(directory.resolve("tocsin.yaml"), CONFIG.formatted(engine));
        node = LocalNode.start(ConfigCheck.read(directory.resolve("tocsin.yaml")), List.of());
        taps.add(node.api().tap(Stream.ALERTS, alerts::add));
        taps.add(node.api().tap(Stream.SHADOW, shadow::add));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable tap : taps) {
            tap.close();
        }
        node.close();
    }

    private Run.Result flags(Run run, String... arguments) {
        URI page = node.page().orElseThrow();
        List<String> all = new ArrayList<>(List.of("flags"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", "http://" + page.getAuthority(), "--token", page.getQuery().replace("token=", "")));
        return run.command(all.toArray(String[]::new));
    }

    private Run.Result flags(String... arguments) {
        return flags(new Run(), arguments);
    }

    private String file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "flags", ".json"), text).toString();
    }

    private void send(String command) throws Exception {
        String address = node.api().status().listeners().stream().filter(l -> l.name().equals("app")).findFirst()
                .orElseThrow().address();
        JsonNode body = Json.object().put("CommandLine", command).set("_logsource",
                Json.object().put("product", "linux"));
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(HttpRequest.newBuilder(URI.create("http://" + address + "/ingest/app"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body))).build(), BodyHandlers.ofString())
                    .statusCode()).isEqualTo(200);
        }
    }

    private AuditReport.Row detect() {
        AuditReport[] report = new AuditReport[1];
        await().atMost(SOON).until(() -> {
            report[0] = node.api().audit();
            return report[0].verdict().equals("balanced");
        });
        return report[0].rows().stream().filter(r -> r.stage().equals("detect")).findFirst().orElseThrow();
    }

    private NodeApi.Check health() {
        return node.api().checks().stream().filter(c -> c.channel().equals("rollout")).findFirst().orElseThrow();
    }

    @Test
    void alertsAreWithheldAndEventsHeldAsFlagsSay() throws Exception {
        start("");
        assertThat(flags("list").notes()).isEqualTo("no flags were ever set\n");
        assertThat(health().level()).isEqualTo(Level.GREEN);
        send("/bin/sh -c 1");
        await().atMost(SOON).until(() -> alerts.size() == 1);

        Run.Result set = flags("set", "--file", file(CLOSED_FOR_MAIN), "--why", "trial", "--yes");
        assertThat(set.exit()).as(set.notes()).isZero();
        assertThat(set.out()).contains("+    \"detect.egress\" : {").endsWith("revision 1 is in force\n");
        send("/bin/sh -c 2");
        await().atMost(SOON).until(() -> shadow.size() == 1);
        assertThat(Json.read(shadow.getFirst().json()).at("/rule/title").asString()).isEqualTo("Shell");
        assertThat(shadow.getFirst().index()).startsWith("alerts-main-");
        AuditReport.Row row = detect();
        assertThat(List.of(row.in(), row.made(), row.held(), row.balanced())).containsExactly(2L, 2L, 1L, true);

        Run.Result explained = flags("explain", "detect.egress", "--customer", "main");
        assertThat(explained.out())
                .isEqualTo("detect.egress is closed at engine blue for customer main: variant closed,"
                        + " by targeting (revision 1)\n  /flags/detect.egress/targeting/if  {\"==\":[{\"var\":\"customer\"},"
                        + "\"main\"]}  is true\n");

        Run.Result removed = flags("set", "detect.ingress", "--remove", "--why", "a mistake", "--yes");
        assertThat(removed.out()).contains("detect.ingress, engine blue: open -> held");
        send("/bin/sh -c 3");
        await().atMost(SOON).until(() -> shadow.size() == 2);
        assertThat(Json.read(shadow.getLast().json()).at("/vendor/CommandLine").asString()).isEqualTo("/bin/sh -c 3");
        assertThat(detect().held()).isEqualTo(2);
        assertThat(health().level()).isEqualTo(Level.YELLOW);
        assertThat(health().message()).startsWith("detect.ingress is not set; what comes to engine blue");
        assertThat(flags("explain", "--customer", "main").exit()).isEqualTo(1);

        assertThat(flags("history").out()).contains("trial").contains("a mistake").contains("admin from 127.0.0.1");
        assertThat(flags("history", "--revision", "2").out()).contains("-    \"detect.ingress\" : {");
        assertThat(alerts).hasSize(1);
        assertThat(PlainMetrics.of(node.api().metrics())).contains("tocsin_rollout_flags_revision 2.0").contains(
                "tocsin_rollout_decisions_total{decision=\"held\",flag=\"detect.ingress\"} 1.0");
    }

    @Test
    void whatIsRefusedSaysWhereAndEndsWithItsCode() throws Exception {
        start("");
        Run.Result bad = flags("set", "-f", file(CLOSED_FOR_MAIN.replace("\"if\"", "\"whenever\"")), "--why", "x",
                "--yes");
        assertThat(bad.exit()).isEqualTo(1);
        assertThat(bad.notes()).contains("E123", "/flags/detect.egress/targeting", "unknown operator \"whenever\"");
        Run.Result broken = flags("set", "-f", file("{"), "--why", "x", "--yes");
        assertThat(broken.exit()).isEqualTo(1);
        assertThat(broken.notes()).contains("is not JSON");
        String good = file(CLOSED_FOR_MAIN);
        assertThat(flags("set", "-f", good, "--yes").exit()).as("no reason").isEqualTo(2);
        assertThat(flags("set", "-f", good, "--why", "x").exit()).as("nobody to ask").isEqualTo(2);
        assertThat(flags("set", "--why", "x", "--yes").exit()).as("no file").isEqualTo(2);
        Run.Result no = flags(new Run().interactive("n\n"), "set", "-f", good, "--why", "x");
        assertThat(no.exit()).isEqualTo(1);
        assertThat(no.notes()).contains("Put this in force on all nodes? [y/N]", "nothing was done");
        assertThat(flags("set", "-f", good, "--dry-run").exit()).isZero();
        assertThat(Json.read(flags("list", "-o", "json").out()).path("revision").asLong()).isZero();
        assertThat(flags(new Run().interactive("y\n"), "set", "-f", good, "--why", "x").exit()).isZero();
        Run.Result late = flags("set", "-f", file("{\"flags\":{}}"), "--why", "x", "--yes", "--if-revision", "0");
        assertThat(late.exit()).isEqualTo(1);
        assertThat(late.notes()).contains("revision 0 was expected, but 1 is in force");
        assertThat(flags("set", "-f", good, "--why", "x", "--yes").notes()).isEqualTo("nothing changes\n");
        assertThat(Json.read(flags("get", "-o", "json").out())).isEqualTo(Json.read(CLOSED_FOR_MAIN));
        assertThat(flags("get", "detect.egress").out()).contains("\"defaultVariant\" : \"open\"");
        assertThat(flags("get", "detect.other").exit()).isEqualTo(1);
        assertThat(flags("explain", "detect.other").exit()).isEqualTo(2);
        assertThat(new Run().command("flags", "list", "--url", "http://127.0.0.1:1").exit()).isEqualTo(3);
        assertThat(Json.read(flags("explain", "-o", "json", "--customer", "a").out())).hasSize(2);
    }

    /** An engine that has a name waits for its flags; what comes meanwhile is kept, and its own restart changes nothing. */
    @Test
    void anEngineWithANameStartsClosed() throws Exception {
        start(", engine: green");
        assertThat(health().level()).isEqualTo(Level.YELLOW);
        assertThat(health().message()).contains("detect.ingress is not set", "detect.egress is not set",
                "engine green");
        send("/bin/sh -c 1");
        await().atMost(SOON).until(() -> shadow.size() == 1);
        String open = CLOSED_FOR_MAIN.replace("\"defaultVariant\": \"open\"}", "\"defaultVariant\": \"open\","
                + "\"targeting\": {\"if\": [{\"==\": [{\"var\": \"engine\"}, \"green\"]}, \"open\", \"closed\"]}}")
                .replace(
                        "[{\"==\": [{\"var\": \"customer\"}, \"main\"]}, \"closed\", null]",
                        "[{\"==\": [{\"var\": \"engine\"}, \"green\"]}, \"open\", \"closed\"]");
        Run.Result set = flags("set", "-f", file(open), "--why", "green goes live", "--yes");
        assertThat(set.out()).contains("detect.ingress, engine green: held -> open");
        send("/bin/sh -c 2");
        await().atMost(SOON).until(() -> alerts.size() == 1);
        assertThat(Json.read(alerts.getFirst().json()).path("engine").asString()).isEqualTo("green");
        assertThat(health().level()).isEqualTo(Level.GREEN);
        stop();
        taps.clear();
        start(", engine: green");
        send("/bin/sh -c 3");
        await().atMost(SOON).until(() -> alerts.size() == 2);
        assertThat(shadow).hasSize(1);
    }
}
