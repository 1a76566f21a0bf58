package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Joins the hub to a Zeek or another node by the WebSocket wire, and joins again whenever the connection ends. What the
 * remote's prefixes cover is published on the hub; what the hub has for {@code outgoing} is sent there, and waits, as the
 * delivery policy says, while there is no connection. Nothing goes back to where it came from.
 *
 * <p>The wire knows no acknowledgement of messages: what was on its way when the connection broke may be lost. Where
 * that matters nodes are linked as peers.
 */
public final class WsBridge implements AutoCloseable {
    private static final Duration RETRY_MAX = Duration.ofSeconds(30);

    private final Hub hub;
    private final Settings settings;
    private final Client client;
    private final Thread thread;
    private final AtomicLong unreadable = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private @Nullable WsClient connection;
    private volatile boolean closed;

    /**
     * What is joined.
     *
     * @param name of the remote, for people
     * @param remote where it is, and what is wanted from it
     * @param outgoing prefixes of what is sent to it
     * @param delivery how messages wait for it
     * @param retry the first pause before connecting again; it doubles up to 30 s
     */
    public record Settings(String name, WsClient.Settings remote, List<String> outgoing, Delivery delivery,
            Duration retry) {
        public Settings {
            outgoing = List.copyOf(outgoing);
        }

        public Settings(String name, WsClient.Settings remote, List<String> outgoing) {
            this(name, remote, outgoing, Delivery.DEFAULT, Duration.ofSeconds(1));
        }
    }

    public WsBridge(Hub hub, Settings settings) {
        this.hub = hub;
        this.settings = settings;
        this.client = hub.client("websocket-" + settings.name());
        this.thread = Thread.ofVirtual().name("websocket-bridge-" + settings.name()).unstarted(this::run);
    }

    /** Begins, whether the remote is there or not. */
    public void start() {
        if (!settings.outgoing().isEmpty()) {
            client.subscribe(settings.outgoing(), new Outgoing(), settings.delivery());
        }
        thread.start();
    }

    /** Messages of the remote that were none. */
    public long unreadable() {
        return unreadable.get();
    }

    /** Errors that the remote answered with. */
    public long refused() {
        return refused.get();
    }

    private void run() {
        Duration pause = settings.retry();
        try {
            while (!closed) {
                CountDownLatch ended = new CountDownLatch(1);
                try {
                    connected(WsClient.connect(settings.remote(), new Incoming(ended)));
                    report(Status.Code.PEER_ADDED, "connected");
                    pause = settings.retry();
                    ended.await();
                    connected(null);
                    report(Status.Code.PEER_LOST, "lost the connection");
                } catch (IOException e) {
                    report(Status.Code.PEER_UNAVAILABLE, String.valueOf(e.getMessage()));
                }
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(RETRY_MAX) < 0 ? pause.multipliedBy(2) : RETRY_MAX;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(Status.Code code, String text) {
        if (!closed) {
            hub.report(new Status(code, settings.name(), null, settings.remote().uri() + ": " + text));
        }
    }

    private synchronized void connected(@Nullable WsClient now) {
        connection = now;
        notifyAll();
    }

    private synchronized WsClient awaitConnection() throws InterruptedException {
        while (connection == null) {
            wait();
        }
        return connection;
    }

    private final class Incoming implements WsClient.Listener {
        private final CountDownLatch ended;

        Incoming(CountDownLatch ended) {
            this.ended = ended;
        }

        @Override
        public void message(String topic, Value value) {
            try {
                client.publish(topic, BinValues.write(value));
            } catch (FabricException | IllegalArgumentException _) {
                unreadable.incrementAndGet();
            }
        }

        @Override
        public void unreadable(byte[] message, String why) {
            unreadable.incrementAndGet();
        }

        @Override
        public void error(String code, String context) {
            refused.incrementAndGet();
        }

        @Override
        public void closed(int code, String reason) {
            ended.countDown();
        }
    }

    private final class Outgoing implements Receiver {
        @Override
        public void message(Message message) throws InterruptedException {
            Value value;
            try {
                value = BinValues.read(message.payload());
            } catch (ValueException _) {
                unreadable.incrementAndGet();
                return;
            }
            while (!closed) {
                WsClient to = awaitConnection();
                try {
                    to.publish(message.topic(), value, true);
                    return;
                } catch (IOException _) {
                    gone(to);
                }
            }
        }

        @Override
        public void gap(Gap gap) {
            report(Status.Code.PEER_UNAVAILABLE, gap.count() + " messages for it were left out");
        }

        @Override
        public void idle() throws InterruptedException {
            WsClient to = awaitConnection();
            try {
                to.flush();
            } catch (IOException _) {
                gone(to);
            }
        }
    }

    private synchronized void gone(WsClient which) {
        if (connection == which) {
            connection = null;
        }
    }

    @Override
    public void close() {
        closed = true;
        client.close();
        WsClient last;
        synchronized (this) {
            last = connection;
        }
        if (last != null) {
            last.close();
        }
        thread.interrupt();
    }
}
