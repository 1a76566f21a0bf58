package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Routed;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.Topics;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a peer. The thread that runs it reads; another writes. What is sent keeps its place in the
 * {@link Outgoing} of the peer until the other side has acknowledged the place, so the end of a connection loses nothing:
 * the next one begins where the other side says that it is.
 *
 * <p>The writer gathers as long as there is something to send, and flushes when there is not. An acknowledgement rides
 * along with whatever is flushed, or goes alone after {@link Incoming#ACK_DELAY}.
 */
final class Link {
    private static final int FRAME_BYTES_MAX = 64 << 20;
    private static final int WRITES_BEFORE_CONTROL = 4;

    /** Something to be written before anything that waits. */
    @FunctionalInterface
    interface Control {
        void write(FrameWriter out) throws IOException;
    }

    private final Peers peers;
    private final Network.Connection connection;
    private final boolean dialled;
    private final FrameReader in;
    private final FrameWriter out;
    private final Queue<Control> controls = new ConcurrentLinkedQueue<>();
    /** What was said about interests; guarded by {@link Interests}. */
    private final Map<UUID, Advert> said = new HashMap<>();
    private final Set<UUID> heardOf = new HashSet<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean told;
    private boolean interestDirty;
    private volatile boolean greeted;
    private volatile boolean resumed;
    private volatile boolean ended;
    private volatile boolean farewell;
    private volatile boolean misbehaved;
    private volatile int version = 1;
    private @Nullable Remote remote;
    private @Nullable Incoming incoming;
    private @Nullable String why;

    Link(Peers peers, Network.Connection connection, boolean dialled) throws IOException {
        this.peers = peers;
        this.connection = connection;
        this.dialled = dialled;
        this.in = new FrameReader(connection.in());
        this.out = new FrameWriter(connection.out());
    }

    boolean isDialled() {
        return dialled;
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether it may be told who wants what. */
    boolean isGreeted() {
        return greeted && !ended;
    }

    Map<UUID, Advert> said() {
        return said;
    }

    /** True once. */
    boolean isFirstTelling() {
        boolean first = !told;
        told = true;
        return first;
    }

    void send(Control control) {
        controls.add(control);
        remote().outgoing().doorbell().ring();
    }

    @Nullable
    Remote boundTo() {
        return remote;
    }

    Remote remote() {
        return Objects.requireNonNull(remote);
    }

    /** Which version of the protocol both sides speak; called while greeting. */
    void version(int spoken) {
        version = spoken;
    }

    /** The peer is known; called while greeting. */
    void bind(Remote to) {
        remote = to;
    }

    /**
     * Introduces both sides to each other.
     *
     * @throws IOException when one of them does not want the other, or the connection breaks
     */
    Remote greet() throws IOException {
        try {
            return new Greeting(peers, connection, in, out).exchange(this, dialled);
        } catch (IOException e) {
            close();
            over.countDown();
            peers.down(this, "the greeting failed: " + e.getMessage());
            throw e;
        }
    }

    /** Reads until the connection ends, for whatever reason. After {@link #greet}. */
    void run() {
        Remote peer = remote();
        Incoming entries = new Incoming(peers.hub(), peer);
        incoming = entries;
        Thread writer = Thread.ofVirtual().name("fabric-write-" + peer.name()).unstarted(this::write);
        try {
            connection.patience(peers.settings().heartbeat().multipliedBy(3));
            send(o -> o.begin(Frame.RESUME).fixed(peer.stream()).number(peer.taken()).end());
            writer.start();
            greeted = true;
            peers.up(this);
            while (!ended) {
                handle(in.next(FRAME_BYTES_MAX));
                if (interestDirty && !in.isMoreAtHand()) {
                    interestDirty = false;
                    peers.hub().interestChanged();
                }
            }
        } catch (ProtocolException e) {
            misbehaved = true;
            cut(String.valueOf(e.getMessage()));
            peers.hub().report(new Status(Status.Code.PEER_MISBEHAVED, peer.name(), peer.endpoint(), String.valueOf(e
                    .getMessage())));
        } catch (IOException e) {
            cut(e.getMessage() == null ? e.toString() : e.getMessage());
        } finally {
            cut("it was closed");
            awaitQuietly(writer);
            entries.close();
            over.countDown();
            peers.down(this, String.valueOf(why));
        }
    }

    private void handle(Frame frame) throws IOException {
        Incoming entries = Objects.requireNonNull(incoming);
        Remote peer = remote();
        switch (frame) {
            case DATA, GAP -> {
                Routed routed = in.routed(frame);
                if (entries.take(routed)) {
                    refusedTopic(routed);
                }
            }
            case ACK -> peer.outgoing().acknowledged(in.number());
            case START -> entries.start(in.fixed(), in.number());
            case RESUME -> {
                long stream = in.fixed();
                long place = in.number();
                if (stream == peer.outgoing().stream()) {
                    peer.outgoing().acknowledged(place);
                }
                resumed = true;
                peer.outgoing().doorbell().ring();
            }
            case ADVERT -> advert(Advert.read(in));
            case WITHDRAW -> {
                peer.withdraw(in.id());
                interestDirty = true;
            }
            case ADVERTS_SAID -> {
                peer.keepOnly(heardOf);
                interestDirty = true;
            }
            case DENIED -> denied(in.number(), Topics.text(in.bytes()));
            case PING -> send(o -> o.begin(Frame.PONG).end());
            case PONG -> {
                // That it came is all that matters.
            }
            case BYE -> {
                farewell = true;
                cut("it said goodbye");
            }
            case HELLO, REFUSE -> throw new ProtocolException(frame + " in the middle of a connection");
        }
    }

    private void advert(Advert advert) throws ProtocolException {
        if (!advert.path().getFirst().equals(remote().endpoint()) || !advert.path().getLast().equals(advert
                .endpoint())) {
            throw new ProtocolException("a path that does not lead over the one who offers it");
        }
        heardOf.add(advert.endpoint());
        remote().advert(advert);
        advert.prefixes().texts().stream().filter(p -> !remote().rights().maySubscribe(p)).forEach(this::refusedPrefix);
        interestDirty = true;
    }

    /** A topic is reported, and told to the peer, once in a connection. */
    private void refusedTopic(Routed routed) {
        peers.hub().refused().message();
        if (remote().refusals().message(routed.topic())) {
            peers.hub().report(new Status(Status.Code.PEER_MISBEHAVED, remote().name(), remote().endpoint(),
                    "it has no right to publish to " + routed.topic()));
            deny(0, routed.topic());
        }
    }

    private void refusedPrefix(String prefix) {
        if (remote().refusals().subscription(prefix)) {
            peers.hub().refused().subscription();
            deny(1, prefix);
        }
    }

    private void deny(int what, String topic) {
        if (version >= 2) {
            send(o -> o.begin(Frame.DENIED).number(what).bytes(Topics.bytes(topic)).end());
        }
    }

    private void denied(long what, String topic) {
        if (remote().refusals().there((what == 0 ? "publish " : "subscribe ") + topic)) {
            peers.hub().report(new Status(Status.Code.FORBIDDEN, remote().name(), remote().endpoint(), what == 0
                    ? "it takes nothing on " + topic + ": this node has no right to publish it there"
                    : "it does not send all under \"" + topic + "\": this node has no right to it there"));
        }
    }

    private void write() {
        List<Routed> batch = new ArrayList<>();
        Outgoing outgoing = remote().outgoing();
        Incoming entries = Objects.requireNonNull(incoming);
        long heartbeatNanos = peers.settings().heartbeat().toNanos();
        boolean started = false;
        try {
            while (!ended || !controls.isEmpty()) {
                boolean more = control();
                if (resumed && !started) {
                    started = true;
                    again(outgoing.again());
                }
                for (int i = 0; i < WRITES_BEFORE_CONTROL && started && entries(outgoing, batch); i++) {
                    more = true;
                }
                if (!more) {
                    long place = entries.acknowledge();
                    if (place > 0) {
                        out.begin(Frame.ACK).number(place).end();
                    }
                    out.flush();
                    boolean ready = started;
                    long since = System.nanoTime();
                    outgoing.doorbell().await(() -> ended || !controls.isEmpty() || entries.isAckDue()
                            || resumed && (!ready || outgoing.isReady()), heartbeatNanos);
                    if (System.nanoTime() - since >= heartbeatNanos) {
                        out.begin(Frame.PING).end();
                    }
                } else if (entries.isAckDue()) {
                    out.begin(Frame.ACK).number(entries.acknowledge()).end();
                }
            }
            out.flush();
        } catch (IOException e) {
            cut("writing failed: " + e.getMessage());
        } finally {
            close();
        }
    }

    private boolean control() throws IOException {
        Control next = controls.poll();
        boolean any = next != null;
        while (next != null) {
            next.write(out);
            next = controls.poll();
        }
        return any;
    }

    private void again(Outgoing.Again from) throws IOException {
        out.begin(Frame.START).fixed(from.stream()).number(from.first()).end();
        for (Routed each : from.entries()) {
            out.routed(each);
        }
    }

    private boolean entries(Outgoing outgoing, List<Routed> batch) throws IOException {
        batch.clear();
        if (!outgoing.take(batch)) {
            return false;
        }
        peers.hub().roomMade();
        for (Routed each : batch) {
            out.routed(each);
        }
        return true;
    }

    /** Takes the link down on purpose. It is the other side that ends the connection, once it has heard of it. */
    void bye() {
        farewell = true;
        send(o -> o.begin(Frame.BYE).end());
    }

    /** Whether it was taken down on purpose, by either side. */
    boolean isFarewell() {
        return farewell;
    }

    /** Whether it ended since the other side broke the protocol. */
    boolean isMisbehaved() {
        return misbehaved;
    }

    private void cut(String because) {
        synchronized (this) {
            why = why == null ? because : why;
        }
        close();
    }

    private static void awaitQuietly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Cuts it. */
    void close() {
        ended = true;
        try {
            connection.close();
        } catch (IOException _) {
            // It is of no use any more.
        }
        Remote peer = remote;
        if (peer != null) {
            peer.outgoing().doorbell().ring();
        }
    }

    /** The same, but not for longer than this. */
    void awaitEnd(Duration most) {
        try {
            if (!over.await(most.toMillis(), TimeUnit.MILLISECONDS)) {
                close();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until nothing that came over it will be handled any more. */
    void awaitEnd() {
        try {
            over.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
