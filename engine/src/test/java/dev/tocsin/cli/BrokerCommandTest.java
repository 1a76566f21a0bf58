package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Endpoint;
import dev.tocsin.cli.broker.BrokerCommand;
import dev.tocsin.event.Json;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.fabric.ws.WsConfig;
import dev.tocsin.fabric.ws.WsServer;
import dev.tocsin.node.NodeFabric;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
    void anEndpointSaysWhoComes() throws Exception {
        try (NodeFabric one = fabric("one")) {
            Thread peer = Thread.ofVirtual()
                    .start(() -> run("peer", "--name", "visitor", one.listening().orElseThrow().toString()));
            await().atMost(Duration.ofSeconds(30)).until(() -> said(out).contains("peer_added  one"));
            stop.request();
            peer.join(Duration.ofSeconds(30));
            assertThat(peer.isAlive()).isFalse();
        }
    }
}
