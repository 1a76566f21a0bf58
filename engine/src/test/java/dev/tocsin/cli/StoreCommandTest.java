package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.cli.broker.BrokerCommand;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.health.PlainMetrics;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import dev.tocsin.node.ConfigCheck;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code tocsin broker store} against a node, and what its tables do to events. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class StoreCommandTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String CONFIG = """
            node: {data: data}
            log: {listen: 127.0.0.1:0, partitions: 1, disk_max: 2GiB, disk_free_min: 1MiB}
            index: {enabled: false}
            web: {listen: 127.0.0.1:0}
            sources:
              app: {type: http, listen: 127.0.0.1:0, ingest: {app: {format: json}}}
            fabric:
              stores:
                assets: {lease: 1s}
                networks: {backend: sqlite}
                scratch: {backend: memory}
                all: {copy: disk, lease: 1s}
            process:
              steps:
                - lookup: {store: assets, key: source.ip, into: source.asset, on_miss: unknown}
                - lookup: {store: networks, key: source.ip, into: source.zone, match: subnet}
                - lookup: {store: all, key: host.name, into: host.asset, match: lower}
            detect: {rules: [rules]}
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
    private LocalNode.Running node;
    private String notes = "";

    private record Said(int exit, String out) {
    }

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(directory.resolve("rules"));
        Files.writeString(directory.resolve("rules/shell.yml"), RULE);
        Files.writeString(directory.resolve("tocsin.yaml"), CONFIG);
        node = LocalNode.start(ConfigCheck.read(directory.resolve("tocsin.yaml")), List.of());
        for (String store : List.of("assets", "networks", "scratch", "all")) {
            await().atMost(SOON).until(() -> node.api().stores().stream().anyMatch(s -> s.name().equals(store) && s
                    .state().equals("master")));
        }
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Said store(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        Terminal terminal = new Run().terminal(out, told);
        URI page = node.page().orElseThrow();
        List<String> all = new java.util.ArrayList<>(List.of("broker", "store"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", "http://" + page.getAuthority(), "--token", page.getQuery().replace("token=", "")));
        int exit = Tocsin.commandLine(terminal, Optional.empty(), Stop::new, List.of(BrokerCommand.commandLine(terminal,
                Stop::new))).execute(all.toArray(String[]::new));
        notes = told.toString(StandardCharsets.UTF_8);
        return new Said(exit, out.toString(StandardCharsets.UTF_8).strip());
    }

    private void says(String out, String... arguments) {
        assertThat(store(arguments)).as(String.join(" ", arguments) + ": " + notes).isEqualTo(new Said(0, out));
    }

    private void refuses(int exit, String note, String... arguments) {
        assertThat(store(arguments).exit).as(String.join(" ", arguments) + ": " + notes).isEqualTo(exit);
        assertThat(notes).contains(note);
    }

    @Test
    void everyOperationIsACommand() {
        says("", "put", "scratch", "a", "{\"x\":1}");
        says("{\"x\":1}", "get", "scratch", "a");
        says("1", "get", "scratch", "a", "x");
        says("true", "insert", "scratch", "a", "y", "[2,-3]");
        says("[2,-3]", "get", "scratch", "a", "y");
        says("true", "remove", "scratch", "a", "y");
        says("true", "put-unique", "scratch", "b", "mine", "--expiry", "1h");
        assertThat(store("put-unique", "scratch", "b", "yours")).isEqualTo(new Said(1, "false"));
        says("5", "append", "scratch", "b", "s");
        says("mines", "get", "scratch", "b", "--master");
        says("true", "exists", "scratch", "b");
        says("1", "increment", "scratch", "n");
        says("11", "increment", "scratch", "n", "10");
        says("9", "decrement", "scratch", "n", "2");
        says("1", "push", "scratch", "v", "{\"@data-type\":\"address\",\"data\":\"10.0.0.1\"}");
        says("10.0.0.1", "pop", "scratch", "v");
        says("true", "insert", "scratch", "s", "e");
        says("a\nb\nn\ns\nv", "keys", "scratch");
        says("true", "erase", "scratch", "v");
        says("false", "erase", "scratch", "v");
        assertThat(store("exists", "scratch", "v")).isEqualTo(new Said(1, "false"));
        JsonNode typed = Json.read(store("get", "scratch", "n", "-o", "json").out);
        assertThat(typed.at("/typed/@data-type").asString()).isEqualTo("count");
        String revision = typed.path("revision").asString();
        refuses(1, "revision_mismatch: the key has revision", "put", "scratch", "n", "1", "--if-revision", revision
                + "0");
        refuses(1, "no_such_key: the key is not there", "get", "scratch", "none");
        refuses(1, "type_clash", "increment", "scratch", "b");
        refuses(1, "overflow", "decrement", "scratch", "n", "100");
        refuses(1, "there is no store \"nix\" at this node; there are: assets, networks, scratch, all", "get", "nix",
                "a");
        refuses(2, "not a duration", "get", "scratch", "a", "--timeout", "soon");
        refuses(2, "Nobody is here to be asked", "clear", "scratch");
        says("4", "clear", "scratch", "--dry-run");
        says("4", "clear", "scratch", "--yes");
        says("", "keys", "scratch");
        assertThat(store("list").out).contains("replicated").contains("sqlite").contains("memory").contains("master");
    }

    @Test
    void aWatchShowsWhatIsThereAndThenWhatChanges() throws Exception {
        says("", "put", "assets", "a", "1");
        Thread writer = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 50; i++) {
                store("put", "assets", "a", Integer.toString(2 + i));
            }
        });
        List<JsonNode> lines = store("watch", "assets", "--limit", "4").out.lines().map(Json::read).toList();
        writer.join();
        assertThat(lines.stream().map(l -> l.path("event").asString())).containsExactly("begin", "entry", "ready",
                "update", "update", "update");
        long first = lines.get(1).path("value").asLong();
        assertThat(lines.subList(3, 6).stream().map(l -> l.path("value").asLong())).containsExactly(first + 1,
                first + 2,
                first + 3);
    }

    @Test
    void tablesThatAreLoadedStandInEventsAndAlerts() throws Exception {
        Path assets = Files.writeString(directory.resolve("assets.csv"),
                "ip,owner,room\n10.1.0.5,ann,\"a, b\"\n2001:DB8:0::5,bob,c\n");
        Path networks = Files.writeString(directory.resolve("networks.jsonl"),
                "{\"net\":\"10.0.0.0/8\",\"zone\":\"inside\"}\n{\"net\":\"10.1.0.0/16\",\"zone\":\"lab\"}\n");
        assertThat(store("load", "assets", assets.toString(), "--keys", "address").exit).as(notes).isZero();
        assertThat(notes).contains("load: 2 rows in");
        assertThat(store("load", "networks", networks.toString(), "--key", "net", "--value", "zone", "--keys", "subnet",
                "-o", "json")).isEqualTo(new Said(0, "{\"loaded\":2}"));
        says("{\"owner\":\"bob\",\"room\":\"c\"}", "get", "assets", "2001:db8::5");
        Files.writeString(directory.resolve("bad.csv"), "ip,owner\n10.0.0.1,a\nnobody,b\n");
        refuses(1, "line 3: \"nobody\" is no address", "load", "assets", directory.resolve("bad.csv").toString(),
                "--keys", "address");
        says("", "put", "all", "web-1", "{\"tier\":1}");
        send("1", "10.1.0.5", "WEB-1", "/bin/sh -c id");
        send("2", "2001:db8:0:0::5", "other", "ls");
        send("3", "10.2.0.1", "other", "ls");
        Map<String, JsonNode> events = new ConcurrentHashMap<>();
        await().atMost(SOON).until(() -> {
            read(events);
            return events.size() == 3;
        });
        assertThat(events.get("1").path("source").toString())
                .contains("\"asset\":{\"owner\":\"ann\",\"room\":\"a, b\"}")
                .contains("\"zone\":\"lab\"");
        assertThat(events.get("1").at("/host/asset/tier").asLong()).isEqualTo(1);
        assertThat(events.get("1").at("/tocsin/enriched").size()).isEqualTo(3);
        assertThat(events.get("2").at("/source/asset/owner").asString()).isEqualTo("bob");
        assertThat(events.get("2").at("/source/zone").isMissingNode()).isTrue();
        assertThat(events.get("3").at("/source/asset").asString()).isEqualTo("unknown");
        assertThat(events.get("3").at("/source/zone").asString()).isEqualTo("inside");
        Map<String, JsonNode> alerts = new ConcurrentHashMap<>();
        try (AutoCloseable _ = node.api().tap(Stream.ALERTS, e -> alerts.put("", Json.read(e.json())))) {
            send("4", "10.1.0.5", "WEB-1", "/bin/sh -c whoami");
            await().atMost(SOON).until(() -> !alerts.isEmpty());
        }
        assertThat(alerts.get("").at("/source/asset/owner").asString()).isEqualTo("ann");
        assertThat(alerts.get("").at("/source/ip").asString()).isEqualTo("10.1.0.5");
        assertThat(alerts.get("").at("/host/asset/tier").asLong()).isEqualTo(1);
        assertThat(PlainMetrics.of(node.api().metrics()))
                .contains("tocsin_process_lookup_hits_total{store=\"assets\"} 3.0")
                .contains("tocsin_process_lookup_misses_total{store=\"assets\"} 1.0")
                .contains("tocsin_store_entries{store=\"networks\"} 2.0");
        assertThat(node.api().checks()).filteredOn(c -> c.channel().equals("stores")).hasSize(4).allSatisfy(
                c -> assertThat(c.level()).isEqualTo(dev.tocsin.health.Level.GREEN));
        restarted();
    }

    /** The tables are there again before the first event is processed. */
    private void restarted() throws Exception {
        node.close();
        node = LocalNode.start(ConfigCheck.read(directory.resolve("tocsin.yaml")), List.of());
        send("5", "10.1.0.5", "WEB-1", "ls");
        Map<String, JsonNode> events = new ConcurrentHashMap<>();
        await().atMost(SOON).until(() -> {
            read(events);
            return events.containsKey("5");
        });
        assertThat(events.get("5").at("/source/asset/owner").asString()).isEqualTo("ann");
        assertThat(events.get("5").at("/source/zone").asString()).isEqualTo("lab");
        assertThat(events.get("5").at("/host/asset/tier").asLong()).isEqualTo(1);
    }

    private void send(String id, String ip, String host, String command) throws Exception {
        String address = node.api().status().listeners().stream().filter(l -> l.name().equals("app")).findFirst()
                .orElseThrow().address();
        String event = Json.object().put("n", id).put("CommandLine", command).put("_time", id).toString();
        JsonNode body = Json.read(event.substring(0, event.length() - 1) + ",\"_logsource\":{\"product\":\"linux\"},"
                + "\"ecs\":{\"version\":\"8.0\"},\"source\":{\"ip\":\"" + ip + "\"},\"host\":{\"name\":\"" + host
                + "\"}}");
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(HttpRequest.newBuilder(URI.create("http://" + address + "/ingest/app"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body))).build(), BodyHandlers.ofString())
                    .statusCode()).isEqualTo(200);
        }
    }

    private void read(Map<String, JsonNode> events) throws Exception {
        node.api().events(Instant.EPOCH, Instant.MAX, new StreamReading.Receiver() {
            @Override
            public void begin(long records) {
                // Whatever there is.
            }

            @Override
            public void event(Event event) {
                JsonNode body = Json.read(event.json());
                events.put(body.at("/vendor/n").asString(), body);
            }
        });
    }
}
