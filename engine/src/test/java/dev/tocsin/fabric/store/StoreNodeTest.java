package dev.tocsin.fabric.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.fabric.Collecting;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.Vector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Masters, clones and clients of a store, on a log in memory. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StoreNodeTest {
    private static final Duration LEASE = Duration.ofMillis(400);
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private final SharedLog log = new SharedLog(LEASE, 7);
    private final List<Store> opened = new ArrayList<>();
    private Hub hub;

    @BeforeEach
    void open() {
        hub = new Hub("one", directory.resolve("spill"));
    }

    @AfterEach
    void close() {
        opened.forEach(Store::close);
        hub.close();
    }

    private StoreNode node() {
        return node(StoreNode.Settings.MEMORY.withLease(LEASE));
    }

    private StoreNode node(StoreNode.Settings settings) {
        StoreNode node = StoreNode.replicated(hub, "st", log.door(), settings);
        opened.add(node);
        return node;
    }

    private static StoreNode master(StoreNode... nodes) {
        await().until(() -> List.of(nodes).stream().anyMatch(n -> n.status().isMaster()));
        return List.of(nodes).stream().filter(n -> n.status().isMaster()).findFirst().orElseThrow();
    }

    private static Value key(Object key) {
        return Value.of("" + key);
    }

    @Test
    void aCloneReadsItsOwnWritesAtOnceAndTheMasterTellsHowStaleItIs() {
        StoreNode first = node();
        master(first);
        StoreNode clone = node(StoreNode.Settings.MEMORY.withLease(LEASE).asClone());
        for (int i = 0; i < 200; i++) {
            Answer put = clone.put(key(i), Value.count(i), SOON).join();
            Answer got = clone.query(Query.get(key(i)), SOON).join();
            assertThat(got.value()).isEqualTo(Value.count(i));
            assertThat(got.revision()).isGreaterThanOrEqualTo(put.revision());
        }
        assertThat(first.status().age()).isZero();
        await().until(() -> clone.status().revision() == 200 && clone.status().age().compareTo(LEASE.multipliedBy(
                3)) < 0);
        assertThat(clone.status()).extracting(StoreStatus::isMaster, StoreStatus::master, StoreStatus::digest)
                .containsExactly(false, "one", first.status().digest());
    }

    @Test
    void everyFaultReachesAClientFarAway() {
        master(node());
        StoreClient client = new StoreClient(hub, "st");
        opened.add(client);
        client.put(key("n"), Value.count(1), SOON).join();
        assertFault(StoreFault.OVERFLOW, client.mutate(Mutation.decrement(key("n"), Value.count(2)), SOON));
        assertFault(StoreFault.TYPE_CLASH, client.mutate(Mutation.push(key("n"), Value.count(2)), SOON));
        assertFault(StoreFault.NO_SUCH_KEY, client.mutate(Mutation.decrement(key("m"), Value.count(2)), SOON));
        assertFault(StoreFault.NO_SUCH_KEY, client.get(key("m"), SOON));
        assertFault(StoreFault.TOO_LARGE, client.put(key("big"), Value.of(new byte[9 << 20]), SOON));
        Answer read = client.query(Query.get(key("n")), SOON).join();
        Answer put = client.mutate(Mutation.put(key("n"), Value.count(5)).ifRevision(1), SOON).join();
        assertThat(put.revision()).isEqualTo(read.revision() + 1);
        assertFault(StoreFault.REVISION_MISMATCH, client.mutate(Mutation.put(key("n"), Value.count(6)).ifRevision(1),
                SOON));
        assertFault(StoreFault.REVISION_MISMATCH, client.mutate(Mutation.put(key("n"), Value.count(6)).ifRevision(0),
                SOON));
        client.mutate(Mutation.put(key("new"), Value.count(6)).ifRevision(0), SOON).join();
    }

    private static void assertFault(StoreFault fault, CompletableFuture<?> future) {
        assertThatThrownBy(future::join).isInstanceOf(CompletionException.class).cause().isInstanceOfSatisfying(
                StoreException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @Test
    void withoutAMasterARequestTimesOutAndWithOneItIsMadeAfterAll() {
        StoreClient client = new StoreClient(hub, "st");
        opened.add(client);
        assertFault(StoreFault.TIMEOUT, client.put(key("a"), Value.NONE, Duration.ofMillis(100)));
        CompletableFuture<Answer> waiting = client.put(key("b"), Value.count(1), SOON);
        StoreNode node = node();
        waiting.join();
        assertThat(node.peek(key("b"))).contains(Value.count(1));
        assertThat(node.peek(key("a"))).isEmpty();
    }

    @Test
    void aNewMasterHasAllThatTheDeadOneAcknowledgedAndRepeatedWritesCountOnce() {
        StoreNode one = node();
        StoreNode two = node();
        StoreNode clone = node(StoreNode.Settings.MEMORY.withLease(LEASE).asClone());
        StoreClient client = new StoreClient(hub, "st");
        opened.add(client);
        log.failing(0.2);
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(client.mutate(Mutation.increment(key("n"), Value.count(1)), Duration.ofSeconds(60)));
            if (i % 100 == 50) {
                answers.getLast().join();
            }
        }
        for (int i = 0; i < 500; i++) {
            assertThat(answers.get(i).join().value()).as("in order, each once").isEqualTo(Value.count(i + 1));
        }
        log.failing(0);
        StoreNode dead = master(one, two);
        dead.abandon();
        StoreNode other = dead == one ? two : one;
        client.mutate(Mutation.increment(key("n"), Value.count(1)), Duration.ofSeconds(60)).join();
        assertThat(other.peek(key("n"))).contains(Value.count(501));
        await().until(() -> clone.status().digest() == other.status().digest());
        assertThat(clone.status().rebuilt()).isZero();
    }

    @Test
    void ofManyWhoPutUniqueOneWins() {
        List<StoreNode> nodes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            nodes.add(node());
        }
        for (int round = 0; round < 50; round++) {
            String key = "k" + round;
            List<CompletableFuture<Boolean>> tries = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                tries.add(nodes.get(i).putUnique(key(key), Value.count(i), SOON));
            }
            assertThat(tries.stream().map(CompletableFuture::join).filter(won -> won)).hasSize(1);
        }
    }

    @Test
    void aWatchShowsTheStoreAndThenEveryChange() throws Exception {
        StoreNode node = node();
        for (int i = 0; i < 100; i++) {
            node.put(key(i), Value.count(i), SOON);
        }
        Map<Value, Value> seen = new ConcurrentSkipListMap<>();
        AtomicInteger events = new AtomicInteger();
        List<Long> revisions = new CopyOnWriteArrayList<>();
        CompletableFuture<Answer> last = node.put(key("x"), Value.NONE, SOON);
        try (AutoCloseable watch = node.watch(new StoreWatcher() {
            @Override
            public void begin(long revision) {
                seen.clear();
                revisions.add(revision);
            }

            @Override
            public void entry(Value key, Value value, long revision) {
                seen.put(key, value);
            }

            @Override
            public void ready() {
                // The changes tell.
            }

            @Override
            public void event(StoreEvent event) {
                events.incrementAndGet();
                revisions.add(event.revision());
                switch (event.kind()) {
                    case INSERT, UPDATE -> seen.put(event.key(), event.value());
                    case ERASE, EXPIRE -> seen.remove(event.key());
                    case CLEAR -> seen.clear();
                }
            }
        })) {
            for (int i = 0; i < 500; i++) {
                Mutation m = i % 3 == 0 ? Mutation.erase(key(i % 120)) : Mutation.put(key(i % 120), Value.count(i));
                last = node.mutate(m, SOON);
            }
            long end = last.join().revision();
            await().until(() -> revisions.getLast() == end);
        }
        assertThat(events).hasValueGreaterThan(0);
        for (int i = 1; i < revisions.size(); i++) {
            assertThat(revisions.get(i)).as("without a hole").isEqualTo(revisions.get(i - 1) + 1);
        }
        Map<Value, Value> is = new TreeMap<>();
        ((dev.tocsin.fabric.data.ValueSet) node.query(Query.keys(), SOON).join().value()).items().forEach(k -> is.put(
                k, node.peek(k).orElseThrow()));
        assertThat(seen).isEqualTo(is);
    }

    @Test
    void eventsSayWhatHappenedAndWhoDidIt() {
        Collecting heard = new Collecting();
        hub.client("listener").subscribe(List.of("<$>/local/data/store-events/st"), heard);
        StoreNode node = node(StoreNode.Settings.MEMORY.withLease(LEASE).telling());
        node.put(key("a"), Value.count(1), SOON).join();
        node.put(key("a"), Value.count(2), SOON).join();
        node.mutate(Mutation.put(key("b"), Value.count(1)).with(Expiry.after(Duration.ofMillis(30))), SOON).join();
        node.mutate(Mutation.erase(key("a")), SOON).join();
        heard.await(5);
        List<Value> kinds = heard.got.stream().map(m -> ((Vector) BinValues.read(((Message) m).payload())).get(0))
                .sorted().toList();
        assertThat(kinds).containsExactly(Value.of("erase"), Value.of("expire"), Value.of("insert"), Value.of("insert"),
                Value.of("update"));
        Vector expire = heard.got.stream().map(m -> (Vector) BinValues.read(((Message) m).payload())).filter(v -> v.get(
                0).equals(Value.of("expire"))).findFirst().orElseThrow();
        assertThat(expire.get(7)).as("the master").isEqualTo(Value.of("one"));
    }

    @Test
    void nothingExpiresEarlyAndLittleLater() {
        StoreNode node = node();
        StoreNode clone = node();
        master(node, clone);
        long late = 0;
        for (int i = 0; i < 40; i++) {
            long before = System.nanoTime();
            node.mutate(Mutation.put(key(i), Value.NONE).with(Expiry.after(Duration.ofMillis(20 + i))), SOON).join();
            node.mutate(Mutation.putUnique(key("other"), Value.NONE), SOON).join();
            int each = i;
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> clone.status().revision() > 0 && clone.peek(key(each))
                            .isEmpty() && node.peek(key(each)).isEmpty());
            long millis = (System.nanoTime() - before) / 1_000_000;
            assertThat(millis).as("not early").isGreaterThanOrEqualTo(20 + i);
            late = Math.max(late, millis - 20 - i);
        }
        System.out.println("latest expiry " + late + " ms after its due time");
    }

    @Test
    void aStoreOnDiskOutlivesItsNode() {
        StoreNode.Settings onDisk = StoreNode.Settings.MEMORY.in(directory.resolve("st.db"));
        StoreNode first = StoreNode.local(hub, "disk", onDisk);
        first.put(key("a"), Value.count(1), SOON).join();
        for (int i = 0; i < 100; i++) {
            first.mutate(Mutation.increment(key("n"), Value.count(1)), SOON).join();
        }
        StoreStatus before = first.status();
        first.abandon();
        StoreNode second = StoreNode.local(hub, "disk", onDisk);
        opened.add(second);
        assertThat(second.query(Query.get(key("n")), SOON).join().value()).isEqualTo(Value.count(100));
        assertThat(second.status().digest()).isEqualTo(before.digest());
        assertThat(second.mutate(Mutation.erase(key("a")), SOON).join().revision()).isEqualTo(102);
    }

    @Test
    void aCopyOnDiskGoesOnWhereItWasAndAWrongOneIsReadAnew() {
        StoreNode master = node();
        StoreNode.Settings onDisk = StoreNode.Settings.MEMORY.withLease(LEASE).asClone().in(directory.resolve("c.db"));
        StoreNode clone = StoreNode.replicated(hub, "st", log.door(), onDisk);
        for (int i = 0; i < 300; i++) {
            master.put(key(i), Value.count(i), SOON);
        }
        master.put(key("end"), Value.NONE, SOON).join();
        await().until(() -> clone.status().revision() == 301);
        clone.close();
        try (SqliteEntries entries = SqliteEntries.open(directory.resolve("c.db"),
                SqliteEntries.Durability.NORMAL)) {
            Entries.Mark mark = entries.mark();
            assertThat(mark.place().position()).isPositive();
            Entry right = Objects.requireNonNull(entries.get(key(5)));
            Entry wrong = Entry.of(key(5), Value.of("not so"), 6, 0, 0);
            entries.apply(List.of(new Change(Change.Kind.UPDATE, key(5), null, wrong, 6, "")), Map.of(),
                    new Entries.Mark(mark.revision(), mark.size(), mark.digest() + wrong.hash() - right.hash(),
                            mark.place(), mark
                                    .atMillis()));
        }
        StoreNode again = node(onDisk);
        await().until(() -> again.status().rebuilt() == 1 && again.status().revision() == 301);
        assertThat(again.peek(key(5))).contains(Value.count(5));
        assertThat(again.status().digest()).isEqualTo(master.status().digest());
    }
}
