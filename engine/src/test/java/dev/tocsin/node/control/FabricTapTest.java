package dev.tocsin.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Endpoint;
import dev.tocsin.event.Event;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.fabric.Policy;
import dev.tocsin.fabric.Subscription;
import dev.tocsin.log.Events;
import dev.tocsin.log.Stream;
import dev.tocsin.node.NodeFabric;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Taps of two nodes over a real link. */
@Timeout(300)
class FabricTapTest {
    @TempDir
    private Path directory;

    private final Log firstLog = new Log();
    private final Log secondLog = new Log();
    private NodeFabric first;
    private NodeFabric second;
    private FabricTap firstTap;
    private FabricTap secondTap;

    /** Hands records to whoever taps. */
    private static final class Log implements FabricTap.Source {
        private final Map<Stream, Set<Consumer<Event>>> taps = new ConcurrentHashMap<>();

        @Override
        public AutoCloseable tap(Stream stream, Consumer<Event> receiver) {
            taps.computeIfAbsent(stream, _ -> ConcurrentHashMap.newKeySet()).add(receiver);
            return () -> taps.get(stream).remove(receiver);
        }

        boolean isTapped(Stream stream) {
            return !taps.getOrDefault(stream, Set.of()).isEmpty();
        }

        void commit(Stream stream, int n) {
            Event event = Events.event(n, "{\"n\":" + n + "}");
            taps.getOrDefault(stream, Set.of()).forEach(t -> t.accept(event));
        }
    }

    /** What was seen, in words. */
    private static class Seen implements TapRecord.Receiver {
        private final ConcurrentLinkedQueue<String> words = new ConcurrentLinkedQueue<>();
        private final AtomicLong records = new AtomicLong();
        private final AtomicLong missed = new AtomicLong();

        @Override
        public void record(TapRecord tapped) {
            records.incrementAndGet();
            words.add(tapped.node() + " " + new String(tapped.json(), StandardCharsets.UTF_8));
        }

        @Override
        public void missed(String node, long count) {
            missed.addAndGet(count);
            words.add(node + " missed " + count);
        }
    }

    @BeforeEach
    void open() {
        first = fabric("first", List.of());
        second = fabric("second", List.of(first.listening().orElseThrow()));
        firstTap = new FabricTap(first.hub(), firstLog, _ -> true);
        secondTap = new FabricTap(second.hub(), secondLog, _ -> true);
    }

    private NodeFabric fabric(String name, List<Endpoint> peers) {
        return new NodeFabric(name, new FabricConfig(Endpoint.parse("127.0.0.1:0"), peers, null, true, Duration
                .ofMinutes(1)), directory.resolve(name)).start();
    }

    @AfterEach
    void close() {
        firstTap.close();
        secondTap.close();
        second.close();
        first.close();
    }

    private Subscription tap(NodeFabric at, Stream stream, TapRecord.Receiver to, Policy policy) {
        return at.hub().client("test").subscribe(List.of(TapRecord.prefix(stream)), TapRecord.reader(stream, to),
                Delivery.DEFAULT.with(policy));
    }

    @Test
    void recordsOfAllNodesAreReadOnlyWhileSomebodyWantsThem() {
        Seen seen = new Seen();
        assertThat(firstLog.taps).isEmpty();
        try (Subscription _ = tap(first, Stream.ALERTS, seen, FabricTap.POLICY)) {
            await().until(() -> firstLog.isTapped(Stream.ALERTS) && secondLog.isTapped(Stream.ALERTS));
            assertThat(secondLog.isTapped(Stream.EVENTS)).as("nobody asked for events").isFalse();
            secondLog.commit(Stream.ALERTS, 1);
            firstLog.commit(Stream.ALERTS, 2);
            await().untilAsserted(() -> assertThat(seen.words).containsExactlyInAnyOrder("second {\"n\":1}",
                    "first {\"n\":2}"));
        }
        await().until(() -> !firstLog.isTapped(Stream.ALERTS) && !secondLog.isTapped(Stream.ALERTS));
    }

    @Test
    void aTapOfANodeThatWentAwayIsNotReadFor() {
        try (Subscription _ = tap(second, Stream.EVENTS, new Seen(), FabricTap.POLICY)) {
            await().until(() -> firstLog.isTapped(Stream.EVENTS));
            second.close();
            await().until(() -> !firstLog.isTapped(Stream.EVENTS));
        }
    }

    @Test
    void whatASlowReaderMissesIsToldWithItsNodeAndNothingWaits() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Seen seen = new Seen();
        TapRecord.Receiver slow = new TapRecord.Receiver() {
            @Override
            public void record(TapRecord tapped) {
                awaitQuietly(goOn);
                seen.record(tapped);
            }

            @Override
            public void missed(String node, long count) {
                seen.missed(node, count);
            }
        };
        try (Subscription _ = tap(first, Stream.EVENTS, slow, FabricTap.POLICY.withMemoryBytes(50_000))) {
            await().until(() -> secondLog.isTapped(Stream.EVENTS));
            for (int i = 0; i < 5_000; i++) {
                secondLog.commit(Stream.EVENTS, i);
            }
            secondLog.commit(Stream.EVENTS, 5_000);
            goOn.countDown();
            await().until(() -> seen.records.get() + seen.missed.get() == 5_001);
            assertThat(seen.missed.get()).isPositive();
            assertThat(seen.words).last().isEqualTo("second {\"n\":5000}");
            assertThat(seen.words).filteredOn(w -> w.contains("missed")).allMatch(w -> w.startsWith("second missed"));
        }
    }

    /** Somebody who insists on everything does not hold up the log either; it is told what was left out. */
    @Test
    void aReaderThatBlocksIsPassedOver() {
        CountDownLatch goOn = new CountDownLatch(1);
        Seen seen = new Seen();
        TapRecord.Receiver stuck = new TapRecord.Receiver() {
            @Override
            public void record(TapRecord tapped) {
                awaitQuietly(goOn);
                seen.record(tapped);
            }

            @Override
            public void missed(String node, long count) {
                seen.missed(node, count);
            }
        };
        try (Subscription _ = tap(first, Stream.EVENTS, stuck, Policy.block().withMemoryBytes(10_000))) {
            await().until(() -> firstLog.isTapped(Stream.EVENTS));
            for (int i = 0; i < 1_000; i++) {
                firstLog.commit(Stream.EVENTS, i);
            }
            goOn.countDown();
            AtomicLong more = new AtomicLong();
            await().until(() -> {
                firstLog.commit(Stream.EVENTS, (int) more.incrementAndGet());
                return seen.missed.get() > 0;
            });
            await().until(() -> seen.records.get() + seen.missed.get() == 1_000 + more.get());
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
