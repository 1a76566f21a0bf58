package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.Stream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process with broker, stages and groups is killed with kill -9; the next one has every group. {@code
 * -Dtocsin.groups=100000} for the long form; how long restoring took is printed.
 */
class CorrelateCrashTest {
    private static final int GROUPS = Integer.getInteger("tocsin.groups", 5_000);
    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    @Test
    void afterAKillEachGroupGoesOnWhereItStood() throws Exception {
        Path data = directory.resolve("data");
        Path rules = directory.resolve("rules");
        Files.createDirectories(data);
        fillAndKill(data, rules);
        Set<EventId> alerts = ConcurrentHashMap.newKeySet();
        long start = System.nanoTime();
        try (DurableLog log = CorrelateCrashChild.open(data)) {
            long opened = System.nanoTime();
            Duration openedCpu = cpu();
            log.tap(Stream.ALERTS, e -> alerts.add(e.id()));
            Logons.run(log, new ActiveRules(Logons.rules(rules, "10m", false)), Duration.ofDays(1));
            await().atMost(LONG).until(
                    () -> log.stage("correlate").orElseThrow().status().state().equals("running"));
            long running = System.nanoTime();
            System.out.printf(
                    "correlations of %d groups after kill -9: broker and log %d ms, then stage %d ms, in which "
                            + "the process had %d ms of CPU%n",
                    GROUPS, (opened - start) / 1_000_000,
                    (running - opened) / 1_000_000, cpu().minus(openedCpu).toMillis());
            assertThat(log.stage("correlate").orElseThrow().status().in()).as("nothing is read again").isZero();
            CorrelateCrashChild.append(log, CorrelateCrashChild.round(2, GROUPS));
            await().atMost(LONG).until(() -> log.stage("correlate").orElseThrow().status().in() >= GROUPS);
            CorrelateCrashChild.append(log, later());
            await().atMost(LONG).until(() -> alerts.size() >= GROUPS);
            assertThat(alerts).isEqualTo(expected());
            await().atMost(LONG).untilAsserted(() -> assertThat(log.audit().problems()).isEmpty());
        }
    }

    /** Events of which no rule knows, in each partition: the time goes on, whatever the clock and the machine do. */
    private static List<Event> later() {
        return IntStream.range(3 * GROUPS, 3 * GROUPS + 70)
                .mapToObj(n -> Logons.logon(n, CorrelateCrashChild.NOON.plusSeconds(60), "user", "unknown")).toList();
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static Set<EventId> expected() {
        List<List<Event>> rounds = List.of(CorrelateCrashChild.round(0, GROUPS), CorrelateCrashChild.round(1, GROUPS),
                CorrelateCrashChild.round(2, GROUPS));
        Set<EventId> expected = ConcurrentHashMap.newKeySet();
        for (int user = 0; user < GROUPS; user++) {
            int place = user;
            expected.add(EventId.ofAlert("brute-force", rounds.stream().map(r -> r.get(place).id()).toList()));
        }
        return expected;
    }

    private void fillAndKill(Path data, Path rules) throws Exception {
        Process child = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-Xmx1g",
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                CorrelateCrashChild.class.getName(), data.toString(), rules.toString(), Integer.toString(GROUPS))
                .redirectErrorStream(true).start();
        try (var lines = child.inputReader(StandardCharsets.UTF_8)) {
            StringBuilder said = new StringBuilder();
            String line = lines.readLine();
            while (line != null && !line.equals("filled")) {
                said.append(line).append('\n');
                line = lines.readLine();
            }
            assertThat(line).as(said.toString()).isEqualTo("filled");
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
