package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.peer.PeerSettings;
import dev.tocsin.fabric.peer.Peers;
import dev.tocsin.fabric.peer.Security;
import dev.tocsin.fabric.store.Answer;
import dev.tocsin.fabric.store.Query;
import dev.tocsin.fabric.store.StoreClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Three nodes have a replicated store over the log of a fourth, and the one that is its master is killed again and again
 * while a client writes: what was acknowledged is there, at all of them, and all copies are equal.
 *
 * <p>Long form: {@code -Dtocsin.store.keys=1000000 -Dtocsin.kills=100 -Dtocsin.store.rate=5000}.
 */
class StoreKillTest {
    private static final int KEYS = Integer.getInteger("tocsin.store.keys", 20_000);
    private static final int KILLS = Integer.getInteger("tocsin.kills", 6) / 2;
    private static final int RATE = Integer.getInteger("tocsin.store.rate", 1_000);
    private static final long SEED = Long.getLong("tocsin.seed", 5);
    private static final int FRESH_MILLIS = 2_000;
    private static final long DEBT_NANOS = 500_000_000;
    private static final int UNDER_WAY_MAX = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int[] PORTS = {NodeProcess.freePort(), NodeProcess.freePort(), NodeProcess.freePort()};

    @TempDir
    private Path directory;

    private final AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<NodeProcess> nodes = new ArrayList<>();
    private volatile boolean stopping;

    @Test
    void whatWasAcknowledgedOutlivesItsMasters() throws Exception {
        int broker = NodeProcess.freePort();
        try (NodeProcess log = new NodeProcess(directory.resolve("log"), directory.resolve("log/data"), """
                log: {listen: "127.0.0.1:%d", partitions: 1}
                index: {enabled: false}
                """.formatted(broker), "log", "[logger, manager]");
                Hub hub = new Hub("writer", directory.resolve("spill"));
                Peers peers = new Peers(hub, Security.LOOPBACK, PeerSettings.DEFAULT)) {
            log.start();
            try {
                for (int i = 0; i < PORTS.length; i++) {
                    nodes.add(node(i, broker));
                    nodes.getLast().start();
                    peers.peer(new Endpoint("127.0.0.1", PORTS[i]));
                }
                try (StoreClient client = new StoreClient(hub, "table")) {
                    fill(client);
                    drill(client);
                    check(client);
                }
            } finally {
                for (NodeProcess node : nodes) {
                    node.close();
                }
            }
        }
    }

    private NodeProcess node(int i, int broker) throws IOException {
        StringBuilder others = new StringBuilder();
        for (int j = 0; j < PORTS.length; j++) {
            others.append(j == i ? "" : (others.isEmpty() ? "" : ", ") + "\"127.0.0.1:" + PORTS[j] + "\"");
        }
        String name = "store" + i;
        return new NodeProcess(directory.resolve(name), directory.resolve(name).resolve("data"), """
                site: {name: here}
                log: {bootstrap_servers: "127.0.0.1:%d", replication_factor: 1, partitions: 1}
                fabric:
                  listen: 127.0.0.1:%d
                  peers: [%s]
                  stores:
                    table: {copy: %s}
                """.formatted(broker, PORTS[i], others, i < 2 ? "disk" : "memory"), name, "[manager]");
    }

    private void fill(StoreClient client) {
        long started = System.nanoTime();
        Semaphore room = new Semaphore(UNDER_WAY_MAX);
        for (int key = 0; key < KEYS; key++) {
            room.acquireUninterruptibly();
            client.put(Value.count(key), Value.count(0), PATIENCE).whenComplete((_, e) -> {
                room.release();
                (e == null ? answered : failed).incrementAndGet();
            });
        }
        room.acquireUninterruptibly(UNDER_WAY_MAX);
        assertThat(failed).hasValue(0);
        System.out.printf(Locale.ROOT, "store: %d keys in %.1f s%n", KEYS, (System.nanoTime() - started) / 1e9);
    }

    /**
     * A master is killed as soon as one of the others is no older than 2 s, whether the one that was killed before is back
     * or not: so the next may have to begin with what it reads from the log. An age is that of a state whose digest was
     * compared with the master's.
     */
    private void drill(StoreClient client) throws Exception {
        Random random = new Random(SEED);
        Thread writer = Thread.ofPlatform().start(() -> write(client));
        List<Thread> restarts = new ArrayList<>();
        Times writes = new Times("writes went on");
        Times reads = new Times("the new master answered a read");
        Times equal = new Times("clones that went on equalled the new master, after that read,");
        Times back = new Times("the killed one was as new as the others, after its start,");
        long started = System.nanoTime();
        for (int i = 0; i < KILLS; i++) {
            TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(1_500));
            NodeProcess master = master();
            await().atMost(PATIENCE).until(() -> nodes.stream().anyMatch(n -> n != master && isFresh(n, 0)));
            List<NodeProcess> others = nodes.stream().filter(n -> n != master && isFresh(n, 0)).toList();
            long epoch = state(master).path("epoch").asLong();
            master.kill9();
            long killed = System.nanoTime();
            CompletableFuture<Answer> read = client.queryMaster(Query.get(Value.count(random.nextInt(KEYS))), PATIENCE);
            long before = answered.get();
            read.join();
            long led = System.nanoTime();
            reads.since(killed);
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> answered.get() > before
                    + UNDER_WAY_MAX / 100);
            writes.since(killed);
            master.launch();
            long launched = System.nanoTime();
            restarts.add(Thread.ofVirtual().start(() -> {
                await().atMost(PATIENCE).until(() -> isFresh(master, epoch + 1));
                back.since(launched);
            }));
            if (others.size() > 1) {
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> others.stream().anyMatch(
                        n -> isFresh(n, epoch + 1)));
                equal.since(led);
            }
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        for (Thread restart : restarts) {
            restart.join();
        }
        stopping = true;
        writer.join();
        System.out.printf(Locale.ROOT, "store: %d kills in %.1f s, %d writes; after a kill%n%s%n%s%n%s%n%s%n", KILLS,
                seconds, answered.get() - KEYS, reads, writes, equal, back);
    }

    /** Whether it is a clone that was equal to its master 2 s ago or later, in that epoch or a later one. */
    private static boolean isFresh(NodeProcess node, long epoch) {
        try {
            JsonNode state = state(node);
            long age = state.path("ageMillis").asLong(-1);
            return state.path("epoch").asLong() >= epoch && age >= 0 && age < FRESH_MILLIS && !state.path("state")
                    .asString().equals("master");
        } catch (Exception _) {
            return false;
        }
    }

    /** What a thing took, again and again. */
    private static final class Times {
        private final String what;
        private final List<Long> millis = new ArrayList<>();

        Times(String what) {
            this.what = what;
        }

        synchronized void since(long nanos) {
            millis.add((System.nanoTime() - nanos) / 1_000_000);
        }

        @Override
        public synchronized String toString() {
            List<Long> sorted = millis.stream().sorted().toList();
            return sorted.isEmpty()
                    ? "  " + what + ": never"
                    : "  " + what + " in " + sorted.get(sorted.size() / 2) + " ms (median; worst " + sorted.getLast()
                            + ")";
        }
    }

    private void write(StoreClient client) {
        Random random = new Random(SEED * 31);
        Semaphore room = new Semaphore(UNDER_WAY_MAX);
        long started = System.nanoTime();
        for (long value = 1; !stopping; value++) {
            long now = value;
            int key = random.nextInt(KEYS);
            room.acquireUninterruptibly();
            client.put(Value.count(key), Value.count(now), PATIENCE).whenComplete((_, e) -> {
                room.release();
                (e == null ? answered : failed).incrementAndGet();
                if (e == null) {
                    acknowledged.accumulateAndGet(key, now, Math::max);
                }
            });
            // What could not be offered in time is not offered later on top of the rate.
            started = Math.max(started, System.nanoTime() - DEBT_NANOS - value * 1_000_000_000L / RATE);
            long due = started + value * 1_000_000_000L / RATE;
            if (due > System.nanoTime()) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        room.acquireUninterruptibly(UNDER_WAY_MAX);
    }

    private void check(StoreClient client) throws Exception {
        assertThat(failed).as("writes that were refused").hasValue(0);
        long started = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> states().size() == 1);
        long equal = (System.nanoTime() - started) / 1_000_000;
        AtomicLong lost = new AtomicLong();
        Semaphore room = new Semaphore(UNDER_WAY_MAX);
        for (int i = 0; i < KEYS; i++) {
            int key = i;
            room.acquireUninterruptibly();
            client.get(Value.count(key), PATIENCE).whenComplete((value, e) -> {
                room.release();
                if (e != null || !value.equals(Value.count(acknowledged.get(key)))) {
                    lost.incrementAndGet();
                }
            });
        }
        room.acquireUninterruptibly(UNDER_WAY_MAX);
        assertThat(lost).as("keys that do not have what was acknowledged").hasValue(0);
        for (NodeProcess node : nodes) {
            assertThat(state(node).path("rebuilt").asLong()).isZero();
        }
        System.out.printf(Locale.ROOT, "store: %d keys as acknowledged, all copies equal after %d ms%n", KEYS, equal);
    }

    /** Revision, size and digest of the copies: one text when they are equal. */
    private Set<String> states() throws Exception {
        Set<String> states = new HashSet<>();
        for (NodeProcess node : nodes) {
            JsonNode state = state(node);
            states.add(state.path("revision").asLong() + " " + state.path("entries").asLong() + " "
                    + state.path("digest").asString());
        }
        return states;
    }

    private static JsonNode state(NodeProcess node) throws Exception {
        return node.get("/api/v1/stores/table");
    }

    private NodeProcess master() {
        NodeProcess[] found = new NodeProcess[1];
        await().atMost(PATIENCE).until(() -> {
            for (NodeProcess node : nodes) {
                if (isMaster(node)) {
                    found[0] = node;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    private static boolean isMaster(NodeProcess node) {
        try {
            return state(node).path("state").asString().equals("master");
        } catch (Exception _) {
            return false;
        }
    }
}
