package dev.tocsin.fabric.zmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ZeekLogBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Zeek nodes push their logs; what is no log is told, and no more is taken than can be kept. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ZeekLoggerTest {
    private static final List<ZeekLogBatch.Field> FIELDS = List.of(new ZeekLogBatch.Field("uid", 7, 0),
            new ZeekLogBatch.Field("n", 3, 0));

    private final ConcurrentLinkedQueue<ZeekLogBatch> batches = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger openMost = new AtomicInteger();
    private volatile CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);

    private final class Kept implements ZeekLogger.Sink {
        @Override
        public CompletableFuture<Void> batch(String node, ZeekLogBatch batch) {
            batches.add(batch);
            openMost.accumulateAndGet(open.incrementAndGet(), Math::max);
            return durable.whenComplete((_, _) -> open.decrementAndGet());
        }

        @Override
        public CompletableFuture<Void> refused(String node, byte[] payload, String why) {
            refused.add(node + ": " + why);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static byte[] batch(int n) {
        return new ZeekLogBatch("Conn::LOG", "Log::WRITER_ASCII", "default", "conn", FIELDS,
                List.of(List.of(Value.of("C" + n), Value.count(n)))).write();
    }

    private static void send(ZMQ.Socket socket, String kind, String node, String format, byte[] payload) {
        for (String part : List.of(kind, node, format)) {
            socket.send(part.getBytes(StandardCharsets.UTF_8), ZMQ.SNDMORE);
        }
        socket.send(payload, 0);
    }

    @Test
    void batchesComeInOrderAndWhatIsNoneIsSaid() {
        try (ZeekLogger logger = new ZeekLogger(new Endpoint("127.0.0.1", 0), new Kept());
                ZContext zeek = new ZContext()) {
            ZMQ.Socket push = zeek.createSocket(SocketType.PUSH);
            push.setHandshakeIvl(ZeekProxy.HANDSHAKE_MILLIS);
            push.connect("tcp://127.0.0.1:" + logger.start());
            for (int n = 0; n < 5_000; n++) {
                send(push, "log-write", "worker-1", "zeek-bin-serializer", batch(n));
            }
            send(push, "log-write", "worker-1", "json", new byte[]{1});
            send(push, "hello", "worker-1", "zeek-bin-serializer", new byte[]{1});
            send(push, "log-write", "worker-1", "zeek-bin-serializer", new byte[]{0, 0, 0, 9, 1});
            push.send("alone");
            send(push, "log-write", "worker-1", "zeek-bin-serializer", batch(5_000));
            await().atMost(Duration.ofSeconds(60)).until(() -> batches.size() == 5_001 && refused.size() == 4);
            int n = 0;
            for (ZeekLogBatch batch : batches) {
                assertThat(batch.path()).isEqualTo("conn");
                assertThat(batch.records()).containsExactly(List.of(Value.of("C" + n), Value.count(n)));
                n++;
            }
            assertThat(refused).first().asString().contains("worker-1: its format is json");
        }
    }

    @Test
    void noMoreIsTakenThanIsKept() {
        durable = new CompletableFuture<>();
        try (ZeekLogger logger = new ZeekLogger(new Endpoint("127.0.0.1", 0), new Kept());
                ZContext zeek = new ZContext()) {
            ZMQ.Socket push = zeek.createSocket(SocketType.PUSH);
            push.setSndHWM(0);
            push.setHandshakeIvl(ZeekProxy.HANDSHAKE_MILLIS);
            push.connect("tcp://127.0.0.1:" + logger.start());
            for (int n = 0; n < 1_000; n++) {
                send(push, "log-write", "worker-1", "zeek-bin-serializer", batch(n));
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(open.get()).isEqualTo(ZeekLogger.UNDER_WAY_MAX));
            await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(30))
                    .until(() -> open.get() == ZeekLogger.UNDER_WAY_MAX);
            durable.complete(null);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(batches).hasSize(1_000));
            assertThat(openMost.get()).isLessThanOrEqualTo(ZeekLogger.UNDER_WAY_MAX);
        }
    }
}
