package dev.tocsin.fabric.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.SharedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Masters of a replicated store that are stopped anywhere, on a real broker, while clients write: nothing acknowledged is
 * lost, nothing counts twice, nothing expires early, and all copies are equal in the end.
 *
 * <p>Long form: {@code -Dtocsin.store.keys=1000000 -Dtocsin.store.kills=50 -Dtocsin.store.rate=5000}; further
 * {@code -Dtocsin.store.seed}.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class StoreCrashSim {
    private static final int KEYS = Integer.getInteger("tocsin.store.keys", 2_000);
    private static final int KILLS = Integer.getInteger("tocsin.store.kills", 3);
    private static final int RATE = Integer.getInteger("tocsin.store.rate", 500);
    private static final long SEED = Long.getLong("tocsin.store.seed", 11);
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WRITERS = 4;
    private static final int SPAN_MILLIS = 300;

    @TempDir
    private Path directory;

    private final Random random = new Random(SEED);
    private final List<StoreNode> nodes = new ArrayList<>();
    private final Map<Integer, Long> acknowledged = new ConcurrentHashMap<>();
    private final Map<Value, Long> expiring = new ConcurrentHashMap<>();
    private final Map<Value, Long> confirmed = new ConcurrentHashMap<>();
    private final List<String> early = new ArrayList<>();
    private final List<Long> late = new ArrayList<>();
    private final AtomicLong counted = new AtomicLong();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong made = new AtomicLong();
    private volatile boolean stopping;
    private volatile long killed;
    private volatile long back;
    private int number;
    private Hub hub;
    private DurableLog log;

    @BeforeEach
    void open() {
        hub = new Hub("node", directory.resolve("spill"));
        log = SharedBroker.open(SharedBroker.newPrefix(), List.of());
    }

    @AfterEach
    void close() {
        nodes.forEach(StoreNode::close);
        hub.close();
        log.close();
    }

    private StoreNode node(boolean onDisk) {
        StoreNode.Settings settings = StoreNode.Settings.MEMORY.withLease(LEASE);
        StoreNode node = StoreNode.replicated(hub, "st", log.storeLog("st", LEASE), onDisk
                ? settings.in(directory.resolve("copy-" + ++number + ".db"))
                : settings);
        nodes.add(node);
        return node;
    }

    private StoreNode master() {
        await().atMost(PATIENCE).until(() -> nodes.stream().anyMatch(n -> n.status().isMaster()));
        return nodes.stream().filter(n -> n.status().isMaster()).findFirst().orElseThrow();
    }

    @Test
    void nothingAcknowledgedIsLostWhereverAMasterStops() throws Exception {
        node(false);
        master();
        node(true);
        StoreNode reader = StoreNode.replicated(hub, "st", log.storeLog("st", LEASE),
                StoreNode.Settings.MEMORY.withLease(
                        LEASE).asClone());
        try (AutoCloseable watch = reader.watch(new Expiries())) {
            fill();
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < WRITERS; w++) {
                int each = w;
                writers.add(Thread.ofVirtual().start(() -> write(each)));
            }
            List<Long> silences = new ArrayList<>();
            for (int i = 0; i < KILLS; i++) {
                silences.add(kill());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SPAN_MILLIS * 2L));
            stopping = true;
            for (Thread writer : writers) {
                writer.join();
            }
            long equal = equalAfter(reader);
            check(reader);
            report(silences, equal);
        } finally {
            reader.close();
        }
    }

    private void fill() {
        long started = System.nanoTime();
        try (StoreClient client = new StoreClient(hub, "st")) {
            List<CompletableFuture<Answer>> puts = new ArrayList<>();
            for (int key = 0; key < KEYS; key++) {
                puts.add(client.put(Value.count(key), Value.count(0), Duration.ofMinutes(2)));
                acknowledged.put(key, 0L);
            }
            puts.forEach(CompletableFuture::join);
        }
        System.out.printf("%d keys written in %.1f s%n", KEYS, (System.nanoTime() - started) / 1e9);
    }

    /** Each writer has keys of its own, so the last that was acknowledged is known. */
    private void write(int writer) {
        Random choice = new Random(SEED * 31 + writer);
        Semaphore room = new Semaphore(1_000);
        long value = 0;
        long started = System.nanoTime();
        try (StoreClient client = new StoreClient(hub, "st")) {
            while (!stopping) {
                long now = ++value;
                room.acquireUninterruptibly();
                CompletableFuture<Answer> done;
                if (now % 10 == 0) {
                    done = client.mutate(Mutation.increment(Value.of("count-" + writer), Value.count(1)), PATIENCE);
                    done.thenRun(counted::incrementAndGet);
                } else if (now % 50 == 1) {
                    Value key = Value.of("e" + writer + "-" + now);
                    expiring.put(key, System.nanoTime());
                    done = client.mutate(Mutation.put(key, Value.NONE).with(Expiry.after(Duration.ofMillis(
                            SPAN_MILLIS))), PATIENCE);
                    done.thenRun(() -> confirmed.put(key, System.nanoTime()));
                } else {
                    int key = choice.nextInt(KEYS / WRITERS) * WRITERS + writer;
                    done = client.put(Value.count(key), Value.count(now), PATIENCE);
                    done.thenRun(() -> acknowledged.merge(key, now, Math::max));
                }
                done.whenComplete((_, e) -> {
                    room.release();
                    made.incrementAndGet();
                    if (e != null) {
                        failed.incrementAndGet();
                    }
                });
                long due = started + value * 1_000_000_000L * WRITERS / RATE;
                if (due > System.nanoTime()) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            room.acquireUninterruptibly(1_000);
        }
    }

    /** @return ms until a write was acknowledged again */
    private long kill() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(2_000)));
        // Another copy must have caught up, or this would measure how fast a new one reads a large store.
        await().atMost(PATIENCE.multipliedBy(5)).until(() -> nodes.stream().anyMatch(n -> !n.status().isMaster() && n
                .status().age().compareTo(LEASE) < 0));
        StoreNode dead = master();
        killed = System.nanoTime();
        dead.abandon();
        long before = made.get();
        nodes.remove(dead);
        node(random.nextInt(3) == 0);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> nodes.stream().anyMatch(n -> n.status()
                .isMaster()) && made.get() > before);
        long silence = (System.nanoTime() - killed) / 1_000_000;
        killed = 0;
        back = System.nanoTime();
        return silence;
    }

    private long equalAfter(StoreNode reader) {
        long started = System.nanoTime();
        StoreNode master = master();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> nodes.stream().allMatch(n -> same(n,
                master)) && same(reader, master));
        return (System.nanoTime() - started) / 1_000_000;
    }

    private static boolean same(StoreNode one, StoreNode other) {
        StoreStatus a = one.status();
        StoreStatus b = other.status();
        return a.revision() == b.revision() && a.digest() == b.digest() && a.size() == b.size();
    }

    private void check(StoreNode reader) {
        List<String> lost = new ArrayList<>();
        acknowledged.forEach((key, value) -> {
            Value is = reader.peek(Value.count(key)).orElse(Value.NONE);
            if (!is.equals(Value.count(value))) {
                lost.add(key + " is " + is + ", acknowledged " + value);
            }
        });
        assertThat(failed).hasValue(0);
        assertThat(lost).isEmpty();
        long count = 0;
        for (int w = 0; w < WRITERS; w++) {
            count += reader.peek(Value.of("count-" + w)).map(v -> ((Value.Count) v).value()).orElse(0L);
        }
        assertThat(count).as("each increment once").isEqualTo(counted.get());
        synchronized (early) {
            assertThat(early).isEmpty();
            assertThat(late).isNotEmpty();
        }
        assertThat(reader.status().rebuilt()).isZero();
        nodes.forEach(n -> assertThat(n.status().rebuilt()).isZero());
    }

    private void report(List<Long> silences, long equal) {
        silences.sort(null);
        late.sort(null);
        System.out.printf(
                "%d writes, %d kills, writes again after %s ms (median), %s ms (worst); all equal after %d ms%n",
                made.get(), KILLS, silences.get(silences.size() / 2), silences.getLast(), equal);
        System.out.printf(
                "%d expiries seen at a clone while a master lived: %d ms late (median), %d (99 %%), %d (worst)%n",
                late.size(), late.get(late.size() / 2), late.get(late.size() * 99 / 100), late.getLast());
    }

    /** When keys expire, as a clone sees it. */
    private final class Expiries implements StoreWatcher {
        @Override
        public void begin(long revision) {
            // Only changes matter.
        }

        @Override
        public void entry(Value key, Value value, long revision) {
            // Only changes matter.
        }

        @Override
        public void ready() {
            // Only changes matter.
        }

        @Override
        public void event(StoreEvent event) {
            Long sent = event.kind() == StoreEvent.Kind.EXPIRE ? expiring.remove(event.key()) : null;
            if (sent != null) {
                long now = System.nanoTime();
                long millis = (now - sent) / 1_000_000 - SPAN_MILLIS;
                Long done = confirmed.remove(event.key());
                synchronized (early) {
                    if (millis < 0) {
                        early.add(event.key() + " " + -millis + " ms early");
                    } else if (killed == 0 && done != null && done > back) {
                        late.add(Math.max(0, (now - done) / 1_000_000 - SPAN_MILLIS));
                    }
                }
            }
        }
    }
}
