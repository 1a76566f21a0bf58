package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * With the lease as it is by default: how long it takes after a clean stop and after kill -9 until the standby delivers, and
 * that a leader that was paused for three leases writes nothing afterwards. Times are told, and asserted only loosely.
 */
class FailOverTest {
    /** A busy machine may need this long for what is to take lease + 2 s. */
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(StateStore.Kind.class)
    void theStandbyGoesOn(StateStore.Kind kind) throws Exception {
        Path file = directory.resolve("events.jsonl");
        try (EventApi api = Torture.api();
                StateStore store = new StateStore(directory, kind);
                ConnectorProcess one = new ConnectorProcess(directory, "one", yaml(api, store, file));
                ConnectorProcess two = new ConnectorProcess(directory, "two", yaml(api, store, file))) {
            one.start();
            awaitMore(file, 0);
            two.start();
            awaitStandby(two);

            long began = System.nanoTime();
            assertThat(one.stop()).isZero();
            System.out.println(kind + ": a clean stop takes " + millis(began) + " ms");
            began = System.nanoTime();
            awaitMore(file, size(file));
            System.out.println(kind + ": first event " + millis(began) + " ms after a clean stop");

            one.start();
            awaitStandby(one);
            two.kill9();
            began = System.nanoTime();
            awaitMore(file, size(file));
            System.out.println(kind + ": first event " + millis(began) + " ms after kill -9");

            two.start();
            awaitStandby(two);
            one.pause();
            began = System.nanoTime();
            awaitMore(file, size(file));
            System.out.println(kind + ": first event " + millis(began) + " ms after a pause began");
            TimeUnit.MILLISECONDS.sleep(Math.max(0, 3 * LEASE.toMillis() - millis(began)));
            one.resume();
            awaitStandby(one);
            System.out.println(kind + ": writes of the paused one that were refused: "
                    + one.metric("tocsin_api_fenced_writes_total"));
            assertThat(two.leads()).isTrue();
            Torture.check(kind.toString(), api, () -> Torture.ids(file), List.of(one, two));
        }
    }

    /** Nodes that poll into the log of another one; the state is in the log. */
    @Test
    void theStandbyNodeGoesOn() throws Exception {
        Path file = directory.resolve("events.jsonl");
        int broker = NodeProcess.freePort();
        try (EventApi api = Torture.api();
                NodeProcess log = new NodeProcess(directory.resolve("log"), directory.resolve("log/data"), """
                        log: {listen: "127.0.0.1:%d", partitions: 1}
                        index: {enabled: false}
                        sinks:
                          file: {type: file, stream: events, path: %s, format: original}
                        """.formatted(broker, file), "log", "[worker, logger, manager]");
                PollingNode one = poller(api, "one", broker);
                PollingNode two = poller(api, "two", broker)) {
            log.start();
            one.start();
            awaitMore(file, 0);
            two.start();
            awaitStandby(two);

            long began = System.nanoTime();
            one.stop();
            System.out.println("KAFKA: a clean stop takes " + millis(began) + " ms");
            began = System.nanoTime();
            awaitMore(file, size(file));
            System.out.println("KAFKA: first event " + millis(began) + " ms after a clean stop");

            one.start();
            awaitStandby(one);
            two.kill9();
            began = System.nanoTime();
            // What the killed one had written may still be on its way into the file.
            while (!one.leads()) {
                assertThat(millis(began)).as("nobody leads").isLessThan(LONG.toMillis());
                TimeUnit.MILLISECONDS.sleep(20);
            }
            awaitMore(file, size(file));
            System.out.println("KAFKA: first event " + millis(began) + " ms after kill -9");
            two.start();
            Torture.check("KAFKA", api, () -> Torture.ids(file), List.of(one, two));
        }
    }

    private PollingNode poller(EventApi api, String name, int broker) throws IOException {
        return new PollingNode(directory, name, broker, "  halo:\n" + Torture.source(api)
                + "    state: {type: kafka, lease: " + LEASE.toSeconds() + "s}\n");
    }

    private static void awaitStandby(PollingNode node) throws Exception {
        long began = System.nanoTime();
        while (!node.standsBy()) {
            assertThat(millis(began)).as(node.console()).isLessThan(2 * LONG.toMillis());
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static String yaml(EventApi api, StateStore store, Path file) {
        return """
                sources:
                  halo:
                %s
                sinks:
                  file: {type: file, path: %s, format: original}
                dead: %s
                """.formatted(Torture.source(api), file, file.resolveSibling("dead.jsonl"))
                + store.yaml(LEASE.toSeconds() + "s");
    }

    private static long millis(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private static void awaitMore(Path file, long than) throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (size(file) <= than) {
            assertThat(millis(began)).as("nothing new in " + file).isLessThan(LONG.toMillis());
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static void awaitStandby(ConnectorProcess process) throws Exception {
        long began = System.nanoTime();
        while (!isStandby(process)) {
            assertThat(millis(began)).as(process.console()).isLessThan(2 * LONG.toMillis());
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean isStandby(ConnectorProcess process) throws InterruptedException {
        try {
            return process.health().path("sources").path("halo").path("state").asString().equals("standby");
        } catch (IOException _) {
            return false;
        }
    }
}
