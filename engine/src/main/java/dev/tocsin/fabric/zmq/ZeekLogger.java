package dev.tocsin.fabric.zmq;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.ZeekLogBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * A logger of a Zeek cluster whose backend is ZeroMQ: the other nodes push their log batches to its PULL socket, four parts
 * for each: {@code log-write}, the sender's id, {@code zeek-bin-serializer}, the batch. Several loggers share the batches.
 *
 * <p>ZeroMQ knows no acknowledgement, so what a logger took and did not make durable is lost with it. That is kept small: at
 * most {@value #UNDER_WAY_MAX} batches are under way and as many wait of each sender, no more are read until these are durable,
 * and the rest waits in kernels and at the senders, who send it to other loggers when this one is gone.
 */
public final class ZeekLogger implements AutoCloseable {
    static final int UNDER_WAY_MAX = 16;
    private static final int WAIT_MILLIS = 100;
    /** Of what a sender sends without end there is a last one. */
    private static final int REST_MAX = 1_000;
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final int PARTS = 4;
    private static final String KIND = "log-write";
    private static final String FORMAT = "zeek-bin-serializer";

    private final String address;
    private final Sink sink;
    private final ZContext context = new ZContext();
    private final ZMQ.Socket socket;
    private final Thread thread;
    private final Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
    private int port;
    private volatile boolean closed;

    /** Takes what comes, one call after the other; the answer completes when it is durable. */
    public interface Sink {
        /** @param node id of the sender */
        CompletableFuture<Void> batch(String node, ZeekLogBatch batch);

        /** What came and is no batch. @param payload the last part, or all there was */
        CompletableFuture<Void> refused(String node, byte[] payload, String why);
    }

    /**
     * What it takes.
     *
     * @param batchBytes a sender of more in one batch is cut off; below 0 there is no limit
     * @param receiveBufferBytes how much the kernel may hold of each sender's that was not read; 0 for as it likes. It is lost
     *        when this process is killed, and so is what the sender's kernel holds in turn.
     */
    public record Limits(long batchBytes, int receiveBufferBytes) {
        public static final Limits NONE = new Limits(-1, 0);
    }

    /** @param listen with port 0 for a free one */
    public ZeekLogger(Endpoint listen, Sink sink) {
        this(listen, Limits.NONE, sink);
    }

    public ZeekLogger(Endpoint listen, Limits limits, Sink sink) {
        this.address = "tcp://" + (listen.host().indexOf(':') >= 0 ? "[" + listen.host() + "]" : listen.host());
        this.port = listen.port();
        this.sink = sink;
        socket = context.createSocket(SocketType.PULL);
        socket.setReceiveTimeOut(WAIT_MILLIS);
        // What is in this process and not yet read is lost with it, too. (With fewer JeroMQ 0.6.0 stops reading at times.)
        socket.setRcvHWM(UNDER_WAY_MAX);
        socket.setMaxMsgSize(limits.batchBytes());
        socket.setReceiveBufferSize(limits.receiveBufferBytes());
        thread = Thread.ofPlatform().daemon().name("zeek-logger").unstarted(this::run);
    }

    /**
     * Opens the port.
     *
     * @return the port
     * @throws FabricException when it cannot
     */
    public int start() {
        try {
            if (port == 0) {
                port = socket.bindToRandomPort(address);
            } else {
                socket.bind(address + ":" + port);
            }
        } catch (ZMQException e) {
            context.close();
            throw new FabricException("cannot listen for Zeek's logs on " + address + ":" + port + ": "
                    + ZMQ.Error.findByCode(e.getErrorCode()));
        }
        thread.start();
        return port;
    }

    private void run() {
        while (!closed) {
            settle(UNDER_WAY_MAX - 1);
            List<byte[]> parts = closed ? List.of() : Parts.receive(socket);
            if (!parts.isEmpty()) {
                underWay.add(take(parts));
            }
        }
        takeRest();
        socket.close();
        settle(0);
    }

    /** What senders have sent up to now is taken as far as it is here, and as long as there is room. */
    private void takeRest() {
        socket.setReceiveTimeOut(0);
        for (int i = 0; i < REST_MAX; i++) {
            settle(UNDER_WAY_MAX - 1);
            List<byte[]> parts = underWay.size() < UNDER_WAY_MAX ? Parts.receive(socket) : List.of();
            if (parts.isEmpty()) {
                return;
            }
            underWay.add(take(parts));
        }
    }

    private CompletableFuture<Void> take(List<byte[]> parts) {
        String node = parts.size() > 1 ? text(parts.get(1)) : "";
        byte[] payload = parts.getLast();
        if (parts.size() != PARTS || !text(parts.getFirst()).equals(KIND)) {
            return sink.refused(node, payload, "not a " + KIND + " of " + PARTS + " parts");
        }
        if (!text(parts.get(2)).equals(FORMAT)) {
            return sink.refused(node, payload, "its format is " + text(parts.get(2)) + ", not " + FORMAT);
        }
        ZeekLogBatch batch;
        try {
            batch = ZeekLogBatch.read(payload);
        } catch (ValueException e) {
            return sink.refused(node, payload, String.valueOf(e.getMessage()));
        }
        return sink.batch(node, batch);
    }

    /** Waits until no more than so many are under way. What fails is the sink's to tell; it was taken all the same. */
    private void settle(int most) {
        while (underWay.size() > most || !underWay.isEmpty() && underWay.getFirst().isDone()) {
            try {
                underWay.getFirst().get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
                underWay.removeFirst();
            } catch (TimeoutException _) {
                if (closed && most > 0) {
                    return;
                }
            } catch (ExecutionException _) {
                underWay.removeFirst();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Takes no more, and waits for some time until what was taken is durable. */
    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(DRAIN)) {
                thread.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        context.close();
    }
}
