package dev.tocsin.fabric.zmq;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.ValueException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * A node of a Zeek cluster whose backend is ZeroMQ: it joins the hub to the cluster's central XPUB/XSUB proxy. What other
 * nodes publish under the wanted prefixes is published on the hub; what the hub has for {@code outgoing} goes to them, four
 * parts for each event: topic, the node's id, {@code broker-bin-v1}, the event.
 *
 * <p>When the queue towards the proxy is full the hub's subscription waits, as its delivery says. What is published while
 * the proxy is away, or before anybody's subscription has come through it, goes nowhere, as with every ZeroMQ publisher;
 * and Zeek drops what it cannot take on its own side.
 */
public final class ZeekNode implements AutoCloseable {
    private static final int WAIT_MILLIS = 200;
    /**
     * JeroMQ 0.6.0 does not begin the handshake of some of its connections at all (its pull request 1022: 5 of 100 here), and
     * goes on with a new one when this time is over, by default half a minute.
     */
    private static final int HANDSHAKE_MILLIS = 2_000;
    private static final int PARTS = 4;
    /** What the proxy cannot hand over it drops; so this side takes a burst whole, and the hub may spill it. */
    private static final int BURST = 200_000;

    private final Settings settings;
    private final Client client;
    private final ZContext context = new ZContext();
    private final ZMQ.Socket incoming;
    private final ZMQ.Socket outgoing;
    private final Thread reader;
    private final AtomicLong unreadable = new AtomicLong();
    private volatile boolean closed;

    /**
     * Where to and what.
     *
     * @param id of this node in the cluster, a new one with every start
     * @param subscribeAt the proxy's XPUB, by default {@code tcp://127.0.0.1:5555}
     * @param publishAt the proxy's XSUB, by default {@code tcp://127.0.0.1:5556}
     * @param wanted topic prefixes of what is taken from the cluster
     * @param outgoing topic prefixes of what is sent to it
     * @param delivery how messages wait for it
     */
    public record Settings(String id, String subscribeAt, String publishAt, List<String> wanted, List<String> outgoing,
            Delivery delivery) {
        public Settings {
            wanted = List.copyOf(wanted);
            outgoing = List.copyOf(outgoing);
        }
    }

    public ZeekNode(Hub hub, Settings settings) {
        this.settings = settings;
        client = hub.client("zeek-" + settings.id());
        incoming = context.createSocket(SocketType.SUB);
        // An XPUB that does not drop says when it is full; a PUB drops in silence.
        outgoing = context.createSocket(SocketType.XPUB);
        outgoing.setXpubNoDrop(true);
        outgoing.setSendTimeOut(WAIT_MILLIS);
        outgoing.setLinger(0);
        incoming.setReceiveTimeOut(WAIT_MILLIS);
        incoming.setRcvHWM(BURST);
        incoming.setHandshakeIvl(HANDSHAKE_MILLIS);
        outgoing.setHandshakeIvl(HANDSHAKE_MILLIS);
        reader = Thread.ofPlatform().daemon().name("zeek-node").unstarted(this::read);
    }

    /** Begins, whether the proxy is there or not. @throws FabricException when an address cannot be one */
    public void start() {
        try {
            settings.wanted().forEach(prefix -> incoming.subscribe(bytes(prefix)));
            incoming.connect(settings.subscribeAt());
            outgoing.connect(settings.publishAt());
        } catch (ZMQException | IllegalArgumentException e) {
            throw new FabricException("cannot connect to " + settings.subscribeAt() + " and " + settings.publishAt()
                    + ": " + e.getMessage());
        }
        reader.start();
        if (!settings.outgoing().isEmpty()) {
            client.subscribe(settings.outgoing(), new Outgoing(), settings.delivery());
        }
    }

    /** Messages of the cluster that were none. */
    public long unreadable() {
        return unreadable.get();
    }

    private void read() {
        while (!closed) {
            List<byte[]> parts = Parts.receive(incoming);
            if (parts.isEmpty()) {
                continue;
            }
            if (parts.size() != PARTS || !text(parts.get(2)).equals(BinValues.FORMAT)) {
                unreadable.incrementAndGet();
            } else if (!text(parts.get(1)).equals(settings.id())) {
                publish(text(parts.getFirst()), parts.get(3));
            }
        }
    }

    private void publish(String topic, byte[] payload) {
        try {
            BinValues.read(payload);
            client.publish(topic, payload);
        } catch (ValueException | IllegalArgumentException _) {
            unreadable.incrementAndGet();
        } catch (FabricException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Called one after the other, so the socket has one user at a time. */
    private final class Outgoing implements Receiver {
        @Override
        public void message(Message message) {
            while (!closed && !send(message)) {
                // The proxy is slow: this message waits, and those behind it in the hub; each try takes its time-out.
                Thread.onSpinWait();
            }
        }

        private boolean send(Message message) {
            synchronized (outgoing) {
                // Who subscribes and leaves is told here; nobody asks, and it must not gather.
                while (!closed && outgoing.recv(ZMQ.DONTWAIT) != null) {
                    continue;
                }
                return closed || outgoing.send(bytes(message.topic()), ZMQ.SNDMORE)
                        && outgoing.send(bytes(settings.id()), ZMQ.SNDMORE)
                        && outgoing.send(bytes(BinValues.FORMAT), ZMQ.SNDMORE) && outgoing.send(message.payload(), 0);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        client.close();
        try {
            reader.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        synchronized (outgoing) {
            context.close();
        }
    }
}
