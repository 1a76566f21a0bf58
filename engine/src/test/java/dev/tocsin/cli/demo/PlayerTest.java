package dev.tocsin.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

class PlayerTest {
    private static final int EACH = 25;

    @TempDir
    Path folder;
    private FakeIntake intake;
    private FakeSyslog syslog;
    private final List<String> troubles = new CopyOnWriteArrayList<>();
    private final List<String> captions = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() throws IOException {
        intake = new FakeIntake();
        syslog = new FakeSyslog();
    }

    @AfterEach
    void close() throws IOException {
        intake.close();
        syslog.close();
    }

    @Test
    void everyTransportDeliversEverythingInOrder() throws Exception {
        try (Player player = story()) {
            player.start();
            await().until(() -> player.awaitStory(Duration.ZERO) && player.counts().waiting() == 0);
            await().until(() -> syslog.counted.size() == EACH && syslog.lines.size() == EACH
                    && syslog.datagrams.size() == EACH);
            assertThat(player.counts()).isEqualTo(new Counts.Snapshot(6 * EACH, 6 * EACH, 2 * EACH, 0));
        }
        assertThat(syslog.counted).isEqualTo(numbered("<13>counted ä ")).isNotEmpty();
        assertThat(syslog.lines).isEqualTo(numbered("<13>line "));
        assertThat(syslog.datagrams).containsExactlyInAnyOrderElementsOf(numbered("<13>datagram "));
        assertThat(Files.readAllLines(folder.resolve("logs/access.log"))).isEqualTo(numbered("web "));
        assertThat(intake.taken.get("hec Splunk secret-c").stream().map(e -> e.path("n").asString()))
                .containsExactlyElementsOf(numbered(""));
        assertThat(intake.taken.get("/ingest/app Bearer secret-c").stream().map(e -> e.path("n").asString()))
                .containsExactlyElementsOf(numbered(""));
        assertThat(captions).containsExactly("for c");
        assertThat(troubles).isEmpty();
    }

    @Test
    void aRefusedBatchIsSentAgainUnchangedUntilItIsTaken() throws Exception {
        intake.refusals.set(3);
        try (Lane lane = lane(Duration.ofSeconds(5))) {
            lane.put(message("first"));
            await().until(() -> intake.posted.size() >= 2);
            lane.put(message("second"));
            await().until(() -> intake.takenInAll() == 2);
        }
        assertThat(intake.posted.subList(0, 4)).allMatch(body -> body.equals(intake.posted.getFirst()));
        assertThat(intake.posted).hasSize(5);
        assertThat(intake.taken.get("hec Splunk secret-c").stream().map(e -> e.asString())).containsExactly("first",
                "second");
        assertThat(troubles).hasSize(2);
        assertThat(troubles.getFirst()).contains("503").contains("trying again until it is taken, 1 events wait");
        assertThat(troubles.getLast()).isEqualTo("hec works again after 4 attempts; nothing was given up");
    }

    @Test
    void aBatchThatIsNeverAcknowledgedIsSentAgain() throws Exception {
        intake.forgotten.set(1);
        try (Lane lane = lane(Duration.ofMillis(150))) {
            lane.put(message("only"));
            await().until(() -> intake.takenInAll() == 1);
        }
        assertThat(intake.posted).hasSize(2);
        assertThat(intake.posted.getFirst()).isEqualTo(intake.posted.getLast())
                .isEqualTo("{\"time\":1793858828.009,\"sourcetype\":\"test\",\"event\":\"only\"}\n");
    }

    @Test
    void syslogConnectsAnewWhenTheListenerComesBack() throws Exception {
        Endpoint free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = new Endpoint("127.0.0.1", socket.getLocalPort());
        }
        Counts counts = new Counts();
        try (Lane lane = new Lane(Via.SYSLOG_LINES, new SyslogTcpSender(free, false), counts, troubles::add)) {
            lane.put(message("<13>late"));
            await().until(() -> counts.snapshot().repeats() > 0);
            try (ServerSocket listener = new ServerSocket(free.port())) {
                try (var socket = listener.accept()) {
                    assertThat(socket.getInputStream().readNBytes(9)).isEqualTo("<13>late\n".getBytes());
                }
            }
            await().until(() -> counts.snapshot().delivered() == 1);
        }
    }

    @Test
    void closingStopsAtOnceEvenWhileTheNodeRefuses() throws Exception {
        intake.refusals.set(Integer.MAX_VALUE);
        Scenario scenario = Scenario.read(Path.of("../examples/demo"));
        Player player = new Player(scenario, targets(Map.of("norrvik", new Secret("n"), "quillmoor", new Secret("q"))),
                new Player.Pace(2_000, true, 50, 7), InstantSource.system(), audience());
        player.start();
        await().until(() -> !intake.posted.isEmpty() && player.counts().waiting() > 100);
        long begin = System.nanoTime();
        player.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        int posts = intake.posted.size();
        Counts.Snapshot counts = player.counts();
        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(30))
                .until(() -> intake.posted.size() <= posts + 1 && player.counts().equals(counts));
    }

    @Test
    void theBackgroundKeepsItsRate() throws Exception {
        Scenario scenario = Scenario.read(Path.of("../examples/demo"));
        try (Player player = new Player(scenario,
                targets(Map.of("norrvik", new Secret("n"), "quillmoor", new Secret("q"))),
                new Player.Pace(500, false, 0.001, 7), InstantSource.system(), audience())) {
            long begin = System.nanoTime();
            player.start();
            await().until(() -> player.counts().delivered() >= 1_000);
            double seconds = (System.nanoTime() - begin) / 1e9;
            assertThat(seconds).isBetween(1.5, 6.0);
        }
        assertThat(troubles).isEmpty();
    }

    @Test
    void aCustomerWithoutATokenIsSaidPlainly() {
        assertThatThrownBy(() -> targets(Map.of()).token("nobody")).isInstanceOf(ScenarioException.class)
                .hasMessageContaining("no access token for the customer \"nobody\"");
    }

    private Player story() throws IOException {
        Files.writeString(folder.resolve("background.yml"),
                "templates: [{name: t, via: web_log, customer: c, text: unused}]");
        Files.writeString(folder.resolve("story.yml"), """
                title: t
                pools: {who: [c]}
                steps:
                  - caption: for ${who}
                    events:
                """ + IntStream.range(0, EACH).mapToObj("""
                      - {via: syslog_tcp, customer: c, gap: 0s, text: '<13>counted ä %1$d'}
                      - {via: syslog_lines, customer: c, gap: 0s, text: '<13>line %1$d'}
                      - {via: syslog_udp, customer: c, gap: 0s, text: '<13>datagram %1$d'}
                      - {via: web_log, customer: c, gap: 0s, text: 'web %1$d'}
                      - {via: hec, customer: c, gap: 0s, event: {n: '%1$d'}}
                      - {via: ingest, source: app, customer: c, gap: 0s, event: {n: '%1$d'}}
                """::formatted).reduce("", (a, b) -> a + b.indent(4)));
        return new Player(Scenario.read(folder), targets(Map.of("c", new Secret("secret-c"))),
                new Player.Pace(0, false, 1, 1), InstantSource.system(), audience());
    }

    private Lane lane(Duration acknowledgedMax) {
        return new Lane(Via.HEC, new HecSender(HttpClient.newHttpClient(), targets(Map.of("c", new Secret("secret-c"))),
                "c", acknowledgedMax), new Counts(), troubles::add);
    }

    private Targets targets(Map<String, Secret> tokens) {
        return new Targets(syslog.tcp(), syslog.udp(), intake.base(), tokens, folder.resolve("logs/access.log"));
    }

    private static Message message(String text) {
        return new Message(Via.HEC, "c", "test", "", JsonNodeFactory.instance.stringNode(text),
                Instant.parse("2026-11-05T06:07:08.009Z"));
    }

    private static List<String> numbered(String prefix) {
        return IntStream.range(0, EACH).mapToObj(i -> prefix + i).toList();
    }

    private Player.Audience audience() {
        return new Player.Audience() {
            @Override
            public void step(Story.Step step, String caption) {
                captions.add(caption);
            }

            @Override
            public void trouble(String sentence) {
                troubles.add(sentence);
            }
        };
    }
}
