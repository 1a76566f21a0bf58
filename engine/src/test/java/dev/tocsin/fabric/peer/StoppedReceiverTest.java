package dev.tocsin.fabric.peer;

import static dev.tocsin.fabric.Collecting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Policy;
import dev.tocsin.fabric.Published;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.Subscription;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A receiver that takes nothing for a while under a publisher at full speed, over loopback TCP and with default settings.
 * {@code -Dtocsin.stopped.seconds=60} makes it longer than the moment that it is.
 */
class StoppedReceiverTest {
    private static final long NANOS = (long) (Double.parseDouble(System.getProperty("tocsin.stopped.seconds", "1"))
            * 1e9);

    @TempDir
    private Path directory;
    private final List<Hub> hubs = new ArrayList<>();
    private final List<Peers> peers = new ArrayList<>();

    private Hub node(String name) {
        Hub hub = new Hub(name, directory.resolve(name));
        hubs.add(hub);
        peers.add(new Peers(hub, Security.LOOPBACK, PeerSettings.DEFAULT));
        return hub;
    }

    @AfterEach
    void close() {
        peers.forEach(Peers::close);
        hubs.forEach(Hub::close);
    }

    /** Counts, and sees whether each is the successor of the one before. */
    private static final class Counting implements Receiver {
        private final AtomicLong count = new AtomicLong();
        private final AtomicLong wrong = new AtomicLong();

        @Override
        public void message(Message message) {
            long number = ByteBuffer.wrap(message.payload()).getLong();
            if (number != count.getAndIncrement()) {
                wrong.incrementAndGet();
            }
        }

        @Override
        public void gap(Gap gap) {
            wrong.addAndGet(gap.count());
        }
    }

    private Counting[] subscribe(Hub publisher, Delivery delivery, Subscription[] stopped) throws Exception {
        Endpoint at = peers.getFirst().listen(new Endpoint("127.0.0.1", 0));
        Counting[] counting = {new Counting(), new Counting()};
        for (int i = 0; i < 2; i++) {
            Hub receiver = node("receiver-" + i);
            stopped[i] = receiver.subscribe(List.of("t"), counting[i], delivery);
            peers.getLast().peer(at);
        }
        eventually(() -> peers.getFirst().status().stream().filter(s -> s.wants().contains("t")).count() == 2,
                () -> "not connected: " + publisher.figures());
        return counting;
    }

    private static byte[] payload(long number) {
        return ByteBuffer.allocate(64).putLong(number).array();
    }

    @Test
    void loseNothingWithinBoundedMemoryAndLeavesOthersAlone() throws Exception {
        Hub publisher = node("publisher");
        Subscription[] subscriptions = new Subscription[2];
        Counting[] counting = subscribe(publisher, Delivery.DEFAULT, subscriptions);
        subscriptions[0].pause();
        long end = System.nanoTime() + NANOS;
        long published = 0;
        long mostMemory = 0;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 1000; i++) {
                publisher.publish("t", payload(published++));
            }
            mostMemory = Math.max(mostMemory, subscriptions[0].figures().memoryBytes());
        }
        long all = published;
        eventually(() -> counting[1].count.get() == all, () -> "the other has " + counting[1].count + " of " + all);
        assertThat(counting[0].count.get()).isZero();
        assertThat(mostMemory).isLessThanOrEqualTo(Policy.spill().memoryBytes());
        assertThat(subscriptions[0].figures().spilled()).isPositive();
        subscriptions[0].resume();
        long deadline = System.nanoTime() + NANOS * 2 + 20_000_000_000L;
        while (counting[0].count.get() < all && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
        assertThat(counting[0].count.get()).isEqualTo(all);
        assertThat(counting[0].wrong.get() + counting[1].wrong.get()).isZero();
        System.out.printf("stopped for %.0f s: %,d published, %,d/s, 0 lost%n", NANOS / 1e9, all, all * 1_000_000_000L
                / NANOS);
    }

    @Test
    void aPublisherIsSlowedAndNotDroppedWhenNothingMayGoToDisk() throws Exception {
        Hub publisher = node("publisher");
        peers.set(0, new Peers(publisher, Security.LOOPBACK, PeerSettings.DEFAULT.withPolicy("", Policy.block()
                .withMemoryBytes(100_000))));
        Subscription[] subscriptions = new Subscription[2];
        Counting[] counting = subscribe(publisher, Delivery.DEFAULT.with(Policy.block().withMemoryBytes(100_000)),
                subscriptions);
        subscriptions[0].pause();
        var client = publisher.client("publisher");
        long published = 0;
        int blocked = 0;
        while (blocked < 20) {
            if (client.tryPublish("t", payload(published)) == Published.BLOCKED) {
                blocked++;
                java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
            } else {
                published++;
                blocked = 0;
            }
        }
        assertThat(published).isLessThan(100_000);
        subscriptions[0].resume();
        for (int i = 0; i < 100_000; i++) {
            client.publish("t", payload(published++));
        }
        long all = published;
        for (Counting each : counting) {
            eventually(() -> each.count.get() == all, () -> each.count + " of " + all);
            assertThat(each.wrong.get()).isZero();
        }
    }
}
