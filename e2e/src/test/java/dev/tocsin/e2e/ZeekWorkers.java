package dev.tocsin.e2e;

import dev.tocsin.fabric.data.Address;
import dev.tocsin.fabric.data.Port;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ZeekLogBatch;
import dev.tocsin.fabric.data.ZeekLogBatch.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * Workers of a Zeek cluster, which send conn logs to loggers as Zeek does: a PUSH socket each, connected to every logger, at
 * most 1,000 batches waiting for each, and a batch for which there is no room is dropped ({@code dontwait}). Records are
 * numbered from 0; who sends which batch when is kept.
 */
final class ZeekWorkers implements AutoCloseable {
    static final int PER_BATCH = 50;
    static final int WORKERS = 4;
    private static final int HIGH_WATER = 1_000;
    /** As docs/tasks/zeek.md recommends it for log_sndbuf. */
    private static final int SEND_BUFFER_BYTES = 65_536;
    private static final List<Field> FIELDS = List.of(new Field("ts", 5, 0), new Field("uid", 7, 0),
            new Field("id.orig_h", 11, 0), new Field("id.orig_p", 10, 0), new Field("id.resp_h", 11, 0),
            new Field("id.resp_p", 10, 0), new Field("proto", 9, 0), new Field("service", 7, 0),
            new Field("duration", 6, 0), new Field("orig_bytes", 3, 0), new Field("conn_state", 7, 0),
            new Field("tunnel_parents", 14, 7), new Field("n", 3, 0));

    private final int perSecond;
    private final int[] ports;
    private final ZContext context = new ZContext();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Batch> batches = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stopping;
    private int next;

    /**
     * One batch.
     *
     * @param first number of its first record
     * @param nanos when it was given to ZeroMQ, by the clock of {@link System#nanoTime}
     * @param taken whether ZeroMQ had room for it
     */
    record Batch(int worker, int first, long nanos, boolean taken) {
    }

    ZeekWorkers(int perSecond, int... ports) {
        this.perSecond = perSecond;
        this.ports = ports;
        context.setLinger(0);
    }

    void start() {
        for (int i = 0; i < WORKERS; i++) {
            int worker = i;
            threads.add(Thread.ofPlatform().name("zeek-worker-" + i).start(() -> work(worker)));
        }
    }

    private void work(int worker) {
        ZMQ.Socket push = socket();
        long began = System.nanoTime();
        long sent = 0;
        while (!stopping) {
            long due = (System.nanoTime() - began) * perSecond / WORKERS / PER_BATCH / 1_000_000_000L;
            for (; sent < due && !stopping; sent++) {
                int first = numbers();
                boolean taken = send(push, worker, batch(first));
                batches.add(new Batch(worker, first, System.nanoTime(), taken));
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    private synchronized ZMQ.Socket socket() {
        ZMQ.Socket push = context.createSocket(SocketType.PUSH);
        push.setSndHWM(HIGH_WATER);
        push.setSendBufferSize(SEND_BUFFER_BYTES);
        push.setHandshakeIvl(2_000);
        for (int port : ports) {
            push.connect("tcp://127.0.0.1:" + port);
        }
        return push;
    }

    private synchronized int numbers() {
        int first = next;
        next += PER_BATCH;
        return first;
    }

    private static boolean send(ZMQ.Socket push, int worker, byte[] payload) {
        List<byte[]> parts = List.of(bytes("log-write"), bytes("zeromq_worker-" + worker + "_host_1_Nx"),
                bytes("zeek-bin-serializer"), payload);
        for (int i = 0; i < parts.size(); i++) {
            if (!push.send(parts.get(i), ZMQ.DONTWAIT | (i < parts.size() - 1 ? ZMQ.SNDMORE : 0))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] batch(int first) {
        List<List<Value>> records = new ArrayList<>(PER_BATCH);
        for (int n = first; n < first + PER_BATCH; n++) {
            records.add(List.of(new Value.Timestamp(1_790_000_000_000_000_000L + n * 1_000L), Value.of("C" + n),
                    Address.v4(0x0a000000L + n % 65536), new Port(1024 + n % 60000, Port.Protocol.TCP),
                    Address.v4(0xcb007104L), new Port(443, Port.Protocol.TCP), Value.enumerator("tcp"), Value.of("ssl"),
                    new Value.Timespan(1_000L * n), Value.count(n % 9_999), Value.of("SF"), Value.NONE,
                    Value.count(n)));
        }
        return new ZeekLogBatch("Conn::LOG", "Log::WRITER_ASCII", "default", "conn", FIELDS, records).write();
    }

    List<Batch> batches() {
        return batches;
    }

    /** No more is made; what waits in the sockets still goes out. */
    void finish() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** What still waits is thrown away. */
    @Override
    public void close() {
        stopping = true;
        context.close();
    }
}
