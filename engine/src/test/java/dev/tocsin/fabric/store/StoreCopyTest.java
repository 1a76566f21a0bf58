package dev.tocsin.fabric.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.Value;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a copy makes of a log that was compacted or is another, and of a file that is not what it was. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StoreCopyTest {
    private static final Duration LEASE = Duration.ofMillis(400);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final int KEYS = 300;

    @TempDir
    private Path directory;

    private final SharedLog log = new SharedLog(LEASE, 7);
    private final List<Store> opened = new ArrayList<>();
    private Path file;
    private Hub hub;

    @BeforeEach
    void open() {
        file = directory.resolve("copy.db");
        hub = new Hub("one", directory.resolve("spill"));
    }

    @AfterEach
    void close() {
        opened.forEach(Store::close);
        hub.close();
    }

    private StoreNode node(SharedLog from, StoreNode.Settings settings) {
        StoreNode node = StoreNode.replicated(hub, "st", from.door(), settings.withLease(LEASE));
        opened.add(node);
        return node;
    }

    private StoreNode master() {
        return node(log, StoreNode.Settings.MEMORY);
    }

    private StoreNode clone(StoreNode.Settings settings) {
        return node(log, settings.asClone());
    }

    private static Value key(Object key) {
        return Value.of("" + key);
    }

    private StoreNode filled() {
        StoreNode master = master();
        for (int i = 0; i < KEYS; i++) {
            master.put(key(i), Value.count(i), SOON);
        }
        master.put(key("end"), Value.NONE, SOON).join();
        return master;
    }

    private static void awaitEqual(StoreNode copy, StoreNode master) {
        await().atMost(SOON).until(() -> copy.status().digest() == master.status().digest() && copy.status()
                .revision() == master.status().revision() && copy.status().epoch() > 0);
    }

    /** A copy of the filled store, closed. */
    private void copyToFile(StoreNode master) {
        StoreNode copy = StoreNode.replicated(hub, "st", log.door(), StoreNode.Settings.MEMORY.withLease(LEASE)
                .asClone().in(file));
        awaitEqual(copy, master);
        copy.close();
    }

    private void sql(String text) throws SQLException {
        try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file); Statement s = c.createStatement()) {
            s.executeUpdate(text);
        }
    }

    /** Once every digest within a compacted log was compared, and failed wherever a key stood further back. */
    @Test
    void whatCompactionMovedBackIsNoReasonToReadAnew() {
        StoreNode master = master();
        master.put(key("a"), Value.count(1), SOON).join();
        master.put(key("b"), Value.count(1), SOON).join();
        master.put(key("a"), Value.count(2), SOON).join();
        int cut = 0;
        List<StoreLog.Kept> all = log.all();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).key()[0] == 'e') {
                cut = i + 1;
            }
        }
        log.compact(cut, false);
        assertThat(log.all().getFirst().key()).as("the first a is gone").isNotEqualTo(all.getFirst().key());
        StoreNode copy = clone(StoreNode.Settings.MEMORY);
        awaitEqual(copy, master);
        assertThat(copy.status().rebuilt()).isZero();
        assertThat(copy.peek(key("a"))).contains(Value.count(2));
    }

    /** Once a store of which all keys had expired began at revision 1 again, and older copies took no change for new. */
    @Test
    void revisionsGoOnWhereNoRecordIsLeftOfTheLast() {
        StoreNode first = master();
        first.put(key("a"), Value.count(1), SOON).join();
        first.mutate(Mutation.erase(key("a")), SOON).join();
        StoreNode old = clone(StoreNode.Settings.MEMORY);
        awaitEqual(old, first);
        first.close();
        log.compact(log.size(), true);
        StoreNode second = master();
        assertThat(second.put(key("b"), Value.count(1), SOON).join().revision()).isEqualTo(3);
        awaitEqual(old, second);
        assertThat(old.peek(key("b"))).contains(Value.count(1));
        assertThat(old.status().rebuilt()).isZero();
    }

    /** Compaction goes on while masters die and copies are made; without the holes' account all of them begin again. */
    @Test
    void copiesOfALogThatIsCompactedAllTheTimeAreEqual() {
        StoreNode.Settings onDisk = StoreNode.Settings.MEMORY.in(file);
        StoreNode master = master();
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 100; i++) {
                Value key = key((i * 7 + round) % 40);
                master.mutate(i % 10 == 3 ? Mutation.erase(key) : Mutation.put(key, Value.count(i)), SOON);
            }
            StoreNode copy = round % 2 == 0 ? clone(StoreNode.Settings.MEMORY) : clone(onDisk);
            log.compact(log.size() - 17 * round % 50, false);
            master.put(key("end"), Value.count(round), SOON).join();
            awaitEqual(copy, master);
            assertThat(copy.status().rebuilt()).isZero();
            copy.close();
            if (round % 5 == 4) {
                master.abandon();
                master = master();
            }
        }
    }

    @Test
    void aCopyOfAnotherLogBeginsAnew() {
        StoreNode master = filled();
        copyToFile(master);
        SharedLog other = new SharedLog(LEASE, 8);
        StoreNode there = StoreNode.replicated(new Hub("two", directory.resolve("spill2")), "st", other.door(),
                StoreNode.Settings.MEMORY.withLease(LEASE));
        opened.add(there);
        for (int i = 0; i < 2 * KEYS; i++) {
            there.put(key("x" + i), Value.count(i), SOON);
        }
        there.put(key("end"), Value.NONE, SOON).join();
        StoreNode copy = node(other, StoreNode.Settings.MEMORY.in(file).asClone());
        awaitEqual(copy, there);
        assertThat(copy.peek(key(5))).as("of the log before").isEmpty();
        assertThat(copy.status().rebuilt()).as("seen before it was compared").isZero();
    }

    @Test
    void aFileThatIsTornOrNoneIsThrownAwayAndThatOfOneNodeIsNot() throws IOException {
        StoreNode master = filled();
        copyToFile(master);
        try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] wrong = new byte[(int) torn.length() / 2];
            Arrays.fill(wrong, (byte) 0x55);
            torn.seek(100);
            torn.write(wrong);
        }
        StoreNode copy = clone(StoreNode.Settings.MEMORY.in(file));
        awaitEqual(copy, master);
        assertThat(copy.peek(key(5))).contains(Value.count(5));
        copy.close();
        Files.writeString(file, "no database at all, but long enough that somebody looks ".repeat(100));
        awaitEqual(clone(StoreNode.Settings.MEMORY.in(file)), master);
        Path only = directory.resolve("only.db");
        Files.writeString(only, "no database at all, but long enough that somebody looks ".repeat(100));
        assertThatThrownBy(() -> StoreNode.local(hub, "only", StoreNode.Settings.MEMORY.in(only)))
                .isInstanceOf(StoreException.class);
        assertThat(only).content().startsWith("no database");
    }

    @Test
    void aFileWithoutARowThatItsMarkCountsIsThrownAway() throws SQLException {
        StoreNode master = filled();
        copyToFile(master);
        sql("DELETE FROM entries WHERE revision=7");
        StoreNode copy = clone(StoreNode.Settings.MEMORY.in(file));
        awaitEqual(copy, master);
        assertThat(copy.peek(key(6))).as("revision 7").contains(Value.count(6));
        assertThat(copy.status().rebuilt()).isEqualTo(1);
    }

    @Test
    void aValueThatIsNotWhatWasWrittenIsNotTold() throws SQLException {
        StoreNode master = filled();
        copyToFile(master);
        sql("UPDATE entries SET value=(SELECT value FROM entries WHERE revision=20) WHERE revision=7");
        StoreNode copy = clone(StoreNode.Settings.MEMORY.in(file));
        awaitEqual(copy, master);
        assertThatThrownBy(() -> copy.peek(key(6))).isInstanceOf(StoreException.class).hasMessageContaining(
                "is damaged");
        await().atMost(SOON).until(() -> copy.status().rebuilt() == 1);
        awaitEqual(copy, master);
        assertThat(copy.peek(key(6))).contains(Value.count(6));
    }

    @Test
    void aFileOfTheFormatBeforeIsTakenOver() throws SQLException {
        StoreNode first = StoreNode.local(hub, "only", StoreNode.Settings.MEMORY.in(file));
        first.put(key("a"), Value.count(1), SOON).join();
        first.close();
        sql("ALTER TABLE mark DROP COLUMN log");
        sql("ALTER TABLE mark DROP COLUMN whole_at");
        sql("PRAGMA user_version=1");
        StoreNode second = StoreNode.local(hub, "only", StoreNode.Settings.MEMORY.in(file));
        opened.add(second);
        assertThat(second.get(key("a"), SOON).join()).isEqualTo(Value.count(1));
        assertThat(second.put(key("a"), Value.count(2), SOON).join().revision()).isEqualTo(2);
    }
}
