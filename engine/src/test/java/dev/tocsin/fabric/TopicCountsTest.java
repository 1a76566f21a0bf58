package dev.tocsin.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicCountsTest {
    private static final byte[] PAYLOAD = new byte[1000];

    private final Lock lock = new ReentrantLock();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"zeek/cluster/node/w1,zeek/cluster", "zeek/cluster,zeek/cluster", "zeek,zeek", "zeek/,zeek/",
            "zeek.cluster.worker,zeek.cluster", "/test/in/x,/test/in", "/,/", "<$>/local/data/statuses,<$>/local",
            "host/10.0.0.1,host/10.0.0.1", "a..b,a.", "'',(empty)"})
    void aSeriesIsTheFirstTwoParts(String topic, String label) {
        assertThat(TopicCounts.label(topic)).isEqualTo(label);
    }

    @Test
    void whatIsNotTextIsMadePrintableAndShort() {
        assertThat(TopicCounts.label("a\n\uDC80" + "x".repeat(500))).hasSize(80).startsWith("a \uFFFDxx");
    }

    @Test
    void thereAreNeverMoreSeriesThanTwoHundred() {
        TopicCounts counts = new TopicCounts();
        List<String> heard = new CopyOnWriteArrayList<>();
        counts.onNew(heard::add);
        for (int i = 0; i < 20_000; i++) {
            counts.of("topic" + i + "/x/y").published++;
        }
        counts.of("topic3/x/z").published++;
        counts.refresh(0, lock);
        counts.refresh(1, lock);
        assertThat(counts.figures()).hasSize(200);
        assertThat(heard).hasSize(200).doesNotHaveDuplicates().contains("other", "topic0/x", "topic198/x");
        assertThat(counts.figures("topic3/x").published()).isEqualTo(2);
        assertThat(counts.figures("other").published()).isEqualTo(20_000 - 199);
        assertThat(counts.figures("never").published()).isZero();
    }

    @Test
    void whatWaitsSpillsAndIsDroppedIsCountedByTopic() {
        try (Hub hub = new Hub("node", directory)) {
            Policies policies = Policies.of(Policy.spill().withMemoryBytes(10_000)).with("new/",
                    Policy.dropOldest().withMemoryBytes(10_000));
            Subscription stopped = hub.client("slow").subscribe(List.of(""), _ -> {
            }, Delivery.DEFAULT.with(policies));
            stopped.pause();
            for (int i = 0; i < 50; i++) {
                hub.publish("old/one/" + i, PAYLOAD);
                hub.publish("new/one/" + i, PAYLOAD);
            }
            hub.refreshTopics(System.nanoTime());
            TopicFigures old = hub.topics().figures("old/one");
            assertThat(old.published()).isEqualTo(50);
            assertThat(old.queued()).isEqualTo(50);
            assertThat(old.waiting()).isEqualTo(50);
            assertThat(old.spilled()).isBetween(35L, 49L);
            assertThat(old.dropped()).isZero();
            TopicFigures fresh = hub.topics().figures("new/one");
            assertThat(fresh.dropped()).isBetween(35L, 49L);
            assertThat(fresh.waiting()).isEqualTo(50 - fresh.dropped());
            assertThat(fresh.spilled()).isZero();
            assertThat(stopped.figures().dropped()).isEqualTo(fresh.dropped());
            stopped.resume();
            Collecting.eventually(() -> {
                hub.refreshTopics(System.nanoTime());
                return hub.topics().figures("old/one").waiting() == 0 && hub.topics().figures("new/one").waiting() == 0;
            }, () -> "" + hub.topics().figures());
            assertThat(hub.topics().figures("old/one").lag()).isZero();
        }
    }

    @Test
    void theLagIsTheAgeOfTheOldestThatWaits() {
        TopicCounts counts = new TopicCounts();
        long second = TimeUnit.SECONDS.toNanos(1);
        try (Backlog backlog = new Backlog(Policy.block(), directory, "b", new Doorbell(), _ -> {
        }, counts)) {
            List<Routed> out = new CopyOnWriteArrayList<>();
            for (int i = 1; i <= 5; i++) {
                backlog.add(new Message("a/b", new java.util.UUID(0, 1), i, i, PAYLOAD));
                counts.refresh(i * second, lock);
            }
            assertThat(counts.figures("a/b").lag()).isEqualTo(Duration.ofSeconds(4));
            backlog.take(out, 3);
            counts.refresh(6 * second, lock);
            assertThat(counts.figures("a/b").lag()).as("the fourth came by second 4").isEqualTo(Duration.ofSeconds(2));
            backlog.take(out, 9);
            counts.refresh(7 * second, lock);
            assertThat(counts.figures("a/b").lag()).isZero();
            backlog.add(new Message("a/b", new java.util.UUID(0, 1), 6, 6, PAYLOAD));
            for (int i = 8; i <= 1000; i++) {
                backlog.add(new Message("a/b", new java.util.UUID(0, 1), i, i, new byte[1]));
                counts.refresh(i * second, lock);
            }
            assertThat(counts.figures("a/b").lag()).isEqualTo(Duration.ofSeconds(992));
        }
        counts.refresh(1001 * second, lock);
        assertThat(counts.figures("a/b").waiting()).as("closed").isZero();
    }
}
