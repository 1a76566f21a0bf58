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
 * <p>Long form: {@code -Dtocsin.store.keys=1000000 -Dtocsin.kills=50 -Dtocsin.store.rate=5000}.
 */
class StoreKillTest {
    private static final int KEYS = Integer.getInteger("tocsin.store.keys", 20_000);
    private static final int KILLS = Integer.getInteger("tocsin.kills", 6) / 2;
    private static final int RATE = Integer.getInteger("tocsin.store.rate", 1_000);
    private static final long SEED = Long.getLong("tocsin.seed", 5);
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
                """.formatted(broker, PORTS[i], others, i == 0 ? "disk" : "memory"), name, "[manager]");
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

    private void drill(StoreClient client) throws Exception {
        Random random = new Random(SEED);
        Thread writer = Thread.ofPlatform().start(() -> write(client));
        List<Long> writes = new ArrayList<>();
        List<Long> reads = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(1_500));
            NodeProcess master = master();
            master.kill9();
            long killed = System.nanoTime();
            CompletableFuture<Answer> read = client.queryMaster(Query.get(Value.count(random.nextInt(KEYS))), PATIENCE);
            long before = answered.get();
            read.join();
            reads.add((System.nanoTime() - killed) / 1_000_000);
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> answered.get() > before
                    + UNDER_WAY_MAX / 100);
            writes.add((System.nanoTime() - killed) / 1_000_000);
            long t0 = System.nanoTime();
            master.launch();
            master.awaitReady();
            long t1 = System.nanoTime();
            await().atMost(PATIENCE).until(() -> age(master) < 2_000);
            System.out.printf("round %d: %s read %d write %d ready %d current %d%n", i, nodes.indexOf(master), reads.getLast(), writes.getLast(), (t1-t0)/1000000, (System.nanoTime()-t1)/1000000);
        }
        stopping = true;
        writer.join();
        reads.sort(null);
        writes.sort(null);
        System.out.printf(Locale.ROOT,
                "store: %d kills, %d writes; after a kill the new master answered a read in %d ms"
                        + " (median; worst %d), writes in %d ms (worst %d)%n",
                KILLS, answered.get() - KEYS, reads.get(KILLS
                        / 2),
                reads.getLast(), writes.get(KILLS / 2), writes.getLast());
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

    private static long age(NodeProcess node) throws Exception {
        long age = state(node).path("ageMillis").asLong(-1);
        return age < 0 ? Long.MAX_VALUE : age;
    }

    private NodeProcess master() {
        NodeProcess[] found = new NodeProcess[1];
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            for (NodeProcess node : nodes) {
                if (state(node).path("state").asString().equals("master")) {
                    found[0] = node;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }
}
