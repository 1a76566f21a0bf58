package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Endpoint;
import dev.tocsin.cli.broker.BrokerCommand;
import dev.tocsin.event.Json;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.peer.NodeCertificates;
import dev.tocsin.fabric.peer.PeerStatus;
import dev.tocsin.fabric.ws.Admission;
import dev.tocsin.fabric.ws.WsConfig;
import dev.tocsin.fabric.ws.WsServer;
import dev.tocsin.node.NodeFabric;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code tocsin broker} against real endpoints. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BrokerCommandTest {
    @TempDir
    Path directory;

    private final Stop stop = new Stop();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();

    private int run(String... arguments) {
        Terminal terminal = new Run().terminal(out, notes);
        return BrokerCommand.commandLine(terminal, () -> stop).execute(arguments);
    }

    /** As the whole program runs it, which says what went wrong. */
    private int program(String... arguments) {
        Terminal terminal = new Run().terminal(out, notes);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addFirst("broker");
        return Tocsin.commandLine(terminal, Optional.empty(), () -> stop,
                List.of(BrokerCommand.commandLine(terminal, () -> stop))).execute(all.toArray(String[]::new));
    }

    private String said(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }

    private NodeFabric fabric(String name, Endpoint... peers) {
        return new NodeFabric(name, new FabricConfig(Endpoint.parse("127.0.0.1:0"), List.of(peers), null, true,
                Duration.ofMinutes(1)), directory.resolve(name)).start();
    }

    @Test
    void whatIsPublishedAtOneNodeIsShownAtTheOther() throws Exception {
        try (NodeFabric one = fabric("one");
                NodeFabric two = fabric("two", one.listening().orElseThrow());
                WsServer first = new WsServer(Endpoint.parse("127.0.0.1:0"), WsConfig.DEFAULT, one.hub());
                WsServer second = new WsServer(Endpoint.parse("127.0.0.1:0"), WsConfig.DEFAULT, two.hub())) {
            Endpoint publishAt = first.start();
            Endpoint subscribeAt = second.start();
            Thread shown = Thread.ofVirtual()
                    .start(() -> run("subscribe", "--to", subscribeAt.toString(), "--limit", "3", "alice/"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> one.peers().stream().anyMatch(p -> p.wants().contains("alice/")));
            ByteArrayOutputStream quiet = new ByteArrayOutputStream();
            Terminal terminal = new Run().terminal(quiet, quiet);
            assertThat(BrokerCommand.commandLine(terminal, () -> stop).execute("publish", "--to", publishAt.toString(),
                    "alice/dogs", "barks", "{\"@data-type\":\"address\",\"data\":\"10.0.0.1\"}")).isZero();
            assertThat(BrokerCommand.commandLine(terminal, () -> stop).execute("publish", "--to", publishAt.toString(),
                    "--event", "ping", "alice/cats", "[1,-2,true,1.5]")).isZero();
            shown.join(Duration.ofSeconds(60));
            List<JsonNode> lines = said(out).lines().map(Json::read).toList();
            assertThat(lines).hasSize(3);
            assertThat(lines.get(0).path("topic").asString()).isEqualTo("alice/dogs");
            assertThat(lines.get(0).path("data").asString()).isEqualTo("barks");
            assertThat(lines.get(1).path("@data-type").asString()).isEqualTo("address");
            assertThat(lines.get(2).at("/data/2/data/1/data/0/data").toString()).contains("count", "integer", "boolean",
                    "real");
            assertThat(two.peers()).singleElement().satisfies(p -> assertThat(p.name()).isEqualTo("one"));
        }
    }

    @Test
    void whoeverIsNotThereIsNamed() {
        assertThat(program("publish", "--to", "127.0.0.1:1", "a", "b")).isEqualTo(Exit.UNREACHABLE);
        assertThat(said(notes)).contains("nobody to talk to at ws://127.0.0.1:1/v1/messages/json");
        assertThat(program("publish", "--to", "a b", "a", "b")).isEqualTo(Exit.USAGE);
        assertThat(said(notes)).contains("--to is no address");
        assertThat(program("publish", "a")).isEqualTo(Exit.USAGE);
        assertThat(said(notes)).contains("there is no VALUE");
        assertThat(program("listen", "nowhere")).isEqualTo(Exit.PROBLEMS);
        assertThat(said(notes)).contains("not host:port");
    }

    @Test
    void anEndpointSaysWhoComesAndTakesItsLeave() throws Exception {
        List<Path> before = spills();
        try (NodeFabric one = fabric("one")) {
            Thread peer = Thread.ofVirtual()
                    .start(() -> run("peer", "--name", "visitor", one.listening().orElseThrow().toString()));
            await().atMost(Duration.ofSeconds(30)).until(() -> said(out).contains("peer_added  one"));
            List<Path> spills = spills();
            spills.removeAll(before);
            assertThat(spills).isNotEmpty();
            stop.request();
            peer.join(Duration.ofSeconds(60));
            assertThat(peer.isAlive()).isFalse();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(one.peers()).as("it took leave")
                    .isEmpty());
            assertThat(said(out)).contains("peer_removed  one");
            // Others on this machine may run the same.
            assertThat(spills).as("nothing is left behind").anyMatch(Files::notExists);
        }
    }

    private static List<Path> spills() throws Exception {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(p -> p.getFileName().toString().startsWith("tocsin-broker")).collect(
                    Collectors.toCollection(ArrayList::new));
        }
    }

    /** The endpoint that listens is the one that ends: the dialling side does not look for it. */
    @Test
    void aListenerThatEndsIsNotMissed() throws Exception {
        Thread listener = Thread.ofVirtual().start(() -> run("listen", "127.0.0.1:0", "--name", "door"));
        await().atMost(Duration.ofSeconds(60)).until(() -> said(out).contains("nodes connect to "));
        Endpoint at = Endpoint.parse(said(out).lines().filter(l -> l.startsWith("nodes connect to ")).findFirst()
                .orElseThrow().replace("nodes connect to ", ""));
        try (NodeFabric one = fabric("one", at)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> said(out).contains("peer_added  one"));
            stop.request();
            listener.join(Duration.ofSeconds(60));
            await().atMost(Duration.ofSeconds(60)).until(() -> one.peers().isEmpty());
        }
    }

    @Test
    void theTokenIsShownAndNotToStrangers() throws Exception {
        List<String> shown = new CopyOnWriteArrayList<>();
        Admission admission = caller -> {
            shown.add(String.valueOf(caller.headers().apply("Authorization")));
            return Optional.of(Rights.ALL).filter(_ -> shown.getLast().equals("Bearer 0123456789abcdef"));
        };
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.writeString(data.resolve("admin.token"), "0123456789abcdef\n");
        try (NodeFabric one = fabric("one");
                WsServer server = new WsServer(Endpoint.parse("127.0.0.1:0"), WsConfig.DEFAULT.withAdmission(admission),
                        one.hub())) {
            String at = server.start().toString();
            assertThat(program("publish", "--to", at, "a", "b")).isEqualTo(Exit.UNREACHABLE);
            assertThat(said(notes)).contains("403", "give the node's token, by --token or TOCSIN_TOKEN");
            assertThat(program("publish", "--to", at, "--token", "0123456789abcdef", "a", "b")).isZero();
            assertThat(program("publish", "--to", at, "--data", data.toString(), "a", "b")).isZero();
            Terminal known = new Run().with("TOCSIN_TOKEN", "0123456789abcdef").terminal(out, notes);
            assertThat(BrokerCommand.commandLine(known, () -> stop).execute("publish", "--to", at, "a", "b")).isZero();
            assertThat(shown).containsExactly("null", "Bearer 0123456789abcdef", "Bearer 0123456789abcdef",
                    "Bearer 0123456789abcdef");
        }
        TokenOptions unnamed = new TokenOptions(new Run().with("TOCSIN_DATA", data.toString()).terminal(out, notes));
        assertThat(unnamed.find(true)).contains("0123456789abcdef");
        assertThat(unnamed.find(false)).as("the file of this machine's node is not for others").isEmpty();
    }

    /** Even the last message's refusal is heard before the connection ends. */
    @Test
    void whoHasNoRightIsTold() throws Exception {
        Rights some = Rights.of(List.of("mine/"), List.of("mine/"));
        try (NodeFabric one = fabric("one");
                WsServer server = new WsServer(Endpoint.parse("127.0.0.1:0"), WsConfig.DEFAULT.withAdmission(
                        _ -> Optional.of(some)), one.hub())) {
            String at = server.start().toString();
            assertThat(program("publish", "--to", at, "mine/1", "b")).isZero();
            for (int i = 0; i < 20; i++) {
                assertThat(program("publish", "--to", at, "other", "b")).isEqualTo(Exit.PROBLEMS);
            }
            assertThat(said(notes)).contains("forbidden: input #1: no right to publish to \"other\"");
            assertThat(program("subscribe", "--to", at, "other")).isEqualTo(Exit.UNREACHABLE);
            assertThat(said(notes)).contains("no right to subscribe to \"other\"");
        }
    }

    @Test
    void everythingGoesByTlsWithCertificates() throws Exception {
        NodeCertificates all = new NodeCertificates(directory.resolve("all.p12"), "one", "localhost", "visitor");
        NodeCertificates.Pem own = all.pem("one", directory);
        NodeCertificates.Pem door = all.pem("localhost", directory);
        NodeCertificates.Pem visitor = all.pem("visitor", directory);
        FabricConfig config = new FabricConfig(Endpoint.parse("127.0.0.1:0"), List.of(), new FabricConfig.Tls(own
                .certificate(), own.key(), own.ca()), true, Duration.ofMinutes(1));
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (NodeFabric one = new NodeFabric("one", config, directory.resolve("one")).start()) {
            one.hub().subscribe(List.of("alice/"), m -> heard.add(m.topic()));
            // The name is that in the certificate.
            Thread endpoint = Thread.ofVirtual().start(() -> run("peer", one.listening().orElseThrow().toString(),
                    "--websocket", "127.0.0.1:0", "--ca", door.ca().toString(), "--certificate", door.certificate()
                            .toString(),
                    "--key", door.key().toString(), "--token", "0123456789abcdef"));
            await().atMost(Duration.ofSeconds(60)).until(() -> said(out).contains("peer_added  one"));
            assertThat(one.peers()).singleElement().satisfies(p -> assertThat(p.name()).isEqualTo("localhost"));
            await().atMost(Duration.ofSeconds(60)).until(() -> said(out).contains("WebSocket clients connect to "));
            String port = said(out).lines().filter(l -> l.startsWith("WebSocket")).findFirst().orElseThrow().replaceAll(
                    ".*:", "");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> one.peers().getFirst().state() == PeerStatus.State.CONNECTED);
            assertThat(program("publish", "--to", "wss://localhost:" + port, "--ca", visitor.ca().toString(),
                    "--certificate", visitor.certificate().toString(), "--key", visitor.key().toString(), "alice/1",
                    "x")).as(said(notes)).isZero();
            assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("alice/1");
            assertThat(program("publish", "--to", "wss://localhost:" + port, "alice/1", "x")).as("a foreign authority")
                    .isEqualTo(Exit.UNREACHABLE);
            assertThat(program("publish", "--to", "wss://localhost:" + port, "--key", visitor.key().toString(), "a",
                    "x")).isEqualTo(Exit.USAGE);
            assertThat(said(notes)).contains("--certificate and --key are needed together");
            stop.request();
            endpoint.join(Duration.ofSeconds(60));
        }
        assertThat(program("listen", "127.0.0.1:0", "--ca", own.ca().toString())).isEqualTo(Exit.USAGE);
        assertThat(said(notes)).contains("--ca, --certificate and --key are needed together");
    }

    @Test
    void eraseLeavesNothingThatCouldExpire() {
        assertThat(program("store", "erase", "assets", "a", "--expiry", "1h")).isEqualTo(Exit.USAGE);
        assertThat(said(notes)).contains("--expiry");
        assertThat(program("store", "put", "assets", "a", "b", "--expiry", "1h", "--url", "127.0.0.1:1")).isEqualTo(
                Exit.UNREACHABLE);
    }
}
