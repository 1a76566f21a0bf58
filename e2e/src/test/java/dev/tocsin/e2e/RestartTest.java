package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Ordinary ends and beginnings: a stop under load, and a disk allowance that is used up. */
class RestartTest {
    private static final int RESTARTS = Integer.getInteger("tocsin.restarts", 3);

    @TempDir
    Path directory;

    @Test
    void stoppedUnderLoadAndStartedAgainNothingIsLostOrDoubled() throws Exception {
        Outcome.writeRule(directory);
        try (NodeProcess node = new NodeProcess(directory, directory.resolve("data"), Outcome.CONFIG)) {
            node.start();
            HecLoad load = new HecLoad(node.hec, 1_000);
            Thread sender = Thread.ofVirtual().start(load);
            for (int i = 1; i <= RESTARTS; i++) {
                int enough = load.acknowledgedCount() + 2_000;
                Awaitility.await().atMost(Duration.ofSeconds(120)).until(() -> load.acknowledgedCount() >= enough);
                long began = System.nanoTime();
                int exit = node.stop();
                Duration stop = Duration.ofNanos(System.nanoTime() - began);
                assertThat(exit).as("exit code after SIGTERM: " + node.console()).isZero();
                System.out.println("stop " + i + ": " + stop.toMillis() + " ms, ready again after "
                        + node.start().toMillis() + " ms, acknowledged " + load.acknowledgedCount());
            }
            load.finish();
            sender.join(Duration.ofSeconds(240));
            System.out.println(RESTARTS + " restarts: " + Outcome.check(node, directory, load));
            assertThat(node.stop()).isZero();
        }
    }

    @Test
    void whenTheDiskAllowanceIsUsedUpIntakeStopsAndTheNodeStays() throws Exception {
        Outcome.writeRule(directory);
        Path data = directory.resolve("data");
        HecLoad load;
        try (NodeProcess node = new NodeProcess(directory, data, Outcome.CONFIG); Doors doors = new Doors(node)) {
            node.start();
            // What an empty node takes is not ours to know; so much more than that is allowed.
            long used = node.get("/api/v1/status").path("diskUsedBytes").asLong();
            node.stop();
            node.configure(Outcome.CONFIG + "log: {disk_max: " + (used / 1_048_576 + 10) + "MiB}\n");
            node.start();
            load = new HecLoad(node.hec, 10_000);
            Thread sender = Thread.ofVirtual().start(load);
            Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(200))
                    .until(() -> health(node).contains("intake is refused"));
            HttpResponse<String> answer = doors.post("/services/collector/event",
                    "{\"event\":{\"n\":-1}}".getBytes(StandardCharsets.UTF_8));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.body()).contains("busy");
            long syslogLines = tcpUntilItStalls(node);
            assertThat(node.isAlive()).isTrue();
            JsonNode health = node.health();
            assertThat(health.path("level").asString()).isEqualTo("red");
            assertThat(health.path("alert_messages").toString()).contains("intake is refused, nothing is purged",
                    "raise log.disk_max");
            System.out.println("full: " + health.path("alert_messages") + ", " + answer.body() + ", TCP stalled after "
                    + syslogLines + " bytes, acknowledged " + load.acknowledgedCount() + " of " + load.made());
            assertThat(node.stop()).isZero();
            node.configure(Outcome.CONFIG);
            node.start();
            load.finish();
            sender.join(Duration.ofSeconds(240));
            // A stage that still reads what was kept back may say so first.
            Awaitility.await().atMost(Duration.ofSeconds(240)).untilAsserted(
                    () -> assertThat(node.health().path("level").asString()).as(health(node)).isEqualTo("green"));
            System.out.println("with room again: " + delivered(node, load));
        }
    }

    @Test
    void aSinkThatCannotWriteHoldsUpNobodyElseAndMendsItself() throws Exception {
        Outcome.writeRule(directory);
        // What leads nowhere cannot be made a directory of; a check before the start cannot know that.
        Path blocked = Files.createSymbolicLink(directory.resolve("blocked"), directory.resolve("nowhere"));
        String config = Outcome.CONFIG + "  broken: {type: file, stream: events, path: '" + blocked
                + "/events.jsonl'}\n";
        try (NodeProcess node = new NodeProcess(directory, directory.resolve("data"), config)) {
            node.launch();
            Awaitility.await().atMost(Duration.ofSeconds(240))
                    .until(() -> node.console().contains("not ready: sink-broken"));
            HecLoad load = new HecLoad(node.hec, 1_000);
            Thread sender = Thread.ofVirtual().start(load);
            Awaitility.await().atMost(Duration.ofSeconds(240)).until(() -> load.acknowledgedCount() >= 2_000);
            load.finish();
            sender.join(Duration.ofSeconds(240));
            Awaitility.await().atMost(Duration.ofSeconds(240)).ignoreExceptions()
                    .until(() -> Outcome.lines(directory, "events").size() == load.made());
            assertThat(health(node)).contains("sink-broken");
            Files.delete(blocked);
            Awaitility.await().atMost(Duration.ofSeconds(240)).ignoreExceptions()
                    .until(() -> linesBelow(blocked) == load.made());
            System.out.println("a sink mended: " + Outcome.check(node, directory, load));
            assertThat(node.stop()).isZero();
        }
    }

    private static long linesBelow(Path directory) throws IOException {
        long lines = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                lines += Files.readAllLines(file).size();
            }
        }
        return lines;
    }

    /** What was acknowledged is there, and nothing twice; lines of syslog, which nobody acknowledges, come on top. */
    private String delivered(NodeProcess node, HecLoad load) throws Exception {
        JsonNode audit = node.awaitBalanced(Duration.ofSeconds(240));
        assertThat(audit.path("verdict").asString()).as(audit.toPrettyString()).isEqualTo("balanced");
        BitSet delivered = new BitSet();
        int lines = 0;
        List<Path> files;
        try (Stream<Path> all = Files.list(directory.resolve("out"))) {
            files = all.filter(f -> f.getFileName().toString().startsWith("events")).toList();
        }
        for (Path file : files) {
            try (BufferedReader in = Files.newBufferedReader(file)) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    JsonNode n = Json.read(line).at("/vendor/n");
                    lines++;
                    if (n.isNumber()) {
                        assertThat(delivered.get(n.asInt())).as("event " + n + " is there twice").isFalse();
                        delivered.set(n.asInt());
                    }
                }
            }
        }
        BitSet lost = load.acknowledged();
        lost.andNot(delivered);
        assertThat(lost.stream()).as("acknowledged events lost").isEmpty();
        return load.acknowledgedCount() + " acknowledged, lost 0, doubled 0; " + lines + " lines with those of syslog";
    }

    private static String health(NodeProcess node) throws IOException, InterruptedException {
        return node.health().path("alert_messages").toString();
    }

    /** Writes lines until the other side has not taken any for two seconds; returns how many bytes it took. */
    private static long tcpUntilItStalls(NodeProcess node) throws Exception {
        // Long lines: the pipe is to be filled, not the index.
        byte[] chunk = ("<13>Mar  1 10:00:00 host1 app: " + "filling the pipe ".repeat(400) + "\n").repeat(7)
                .getBytes(StandardCharsets.UTF_8);
        long taken = 0;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.syslog)) {
            OutputStream out = socket.getOutputStream();
            while (taken < 512L * 1_048_576) {
                CompletableFuture<Void> written = new CompletableFuture<>();
                Thread.ofVirtual().start(() -> {
                    try {
                        out.write(chunk);
                        written.complete(null);
                    } catch (IOException e) {
                        written.completeExceptionally(e);
                    }
                });
                try {
                    written.get(2, TimeUnit.SECONDS);
                    taken += chunk.length;
                } catch (TimeoutException _) {
                    return taken;
                }
            }
        }
        throw new AssertionError("a node without room took " + taken + " bytes");
    }
}
