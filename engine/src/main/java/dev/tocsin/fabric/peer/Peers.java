package dev.tocsin.fabric.peer;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Status;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links of a node's hub to other nodes. There is one connection for each pair of nodes, whoever dialled; peers are
 * known by name, so what is for a peer outlives its connections, and either side may make the next one. Thread-safe.
 */
public final class Peers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final int PEERS_MAX = 4096;
    private static final Duration CALL_BACK = Duration.ofSeconds(2);
    private static final Duration TOGETHER = Duration.ofMillis(5);
    /** After so long of being lost, what a peer misses is not even counted any more. */
    private static final Duration FORGOTTEN = Duration.ofHours(24);
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Hub hub;
    private final Network network;
    private final Security security;
    private final PeerSettings settings;
    private final Interests interests;
    private final Map<String, Remote> remotes = new LinkedHashMap<>();
    private final List<Dialer> dialers = new ArrayList<>();
    private final List<Network.Listening> listenings = new ArrayList<>();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile boolean closed;

    public Peers(Hub hub, Security security, PeerSettings settings) {
        this(hub, new TcpNetwork(security), security, settings);
    }

    /** @param network as the one of {@link TcpNetwork} is for the security */
    public Peers(Hub hub, Network network, Security security, PeerSettings settings) {
        this.hub = hub;
        this.network = network;
        this.security = security;
        this.settings = settings;
        this.interests = new Interests(hub, settings.relay(), this::all);
        hub.onInterest(this::refresh);
    }

    /** Tells peers what has changed; many changes at once are told together. */
    private void refresh() {
        if (!closed && refreshing.compareAndSet(false, true)) {
            hub.timer().after(TOGETHER, () -> {
                refreshing.set(false);
                interests.refresh();
            });
        }
    }

    Hub hub() {
        return hub;
    }

    Network network() {
        return network;
    }

    Security security() {
        return security;
    }

    PeerSettings settings() {
        return settings;
    }

    private synchronized List<Remote> all() {
        return List.copyOf(remotes.values());
    }

    /** Where it listens; 0 for nowhere. */
    synchronized int port() {
        return listenings.isEmpty() ? 0 : listenings.getFirst().endpoint().port();
    }

    /**
     * Accepts peers.
     *
     * @param at with port 0 for a free one
     * @return where it listens
     * @throws IOException when it cannot, or must not without certificates
     */
    public Endpoint listen(Endpoint at) throws IOException {
        Network.Listening listening = network.listen(at, this::accepted);
        synchronized (this) {
            listenings.add(listening);
        }
        return listening.endpoint();
    }

    private void accepted(Network.Connection connection) {
        try {
            Link link = new Link(this, connection, false);
            link.greet();
            link.run();
        } catch (Refusal.RefusedException e) {
            Status.Code code = e.refusal().code();
            if (code != null) {
                hub.report(new Status(code, connection.remote().toString(), null, String.valueOf(e.getMessage())));
            }
        } catch (EOFException e) {
            LOG.debug("{} looked whether the port is open", connection.remote(), e);
        } catch (IOException e) {
            hub.report(new Status(Status.Code.PEER_MISBEHAVED, connection.remote().toString(), null,
                    "no greeting: " + e.getMessage()));
        }
    }

    /** Connects to a node, and again whenever the connection is lost, until {@link #unpeer}. Does not wait for it. */
    public synchronized void peer(Endpoint to) {
        if (closed) {
            throw new FabricException("the links of " + hub.name() + " are closed");
        }
        if (dialers.stream().noneMatch(d -> d.to().equals(to) && !d.isCallingBack() && !d.isStopped())) {
            dial(new Dialer(this, to, null));
        }
    }

    private synchronized void dial(Dialer dialer) {
        if (!closed) {
            dialers.add(dialer);
            Thread.ofVirtual().name("fabric-dial-" + dialer.to()).start(dialer);
        }
    }

    /** @return whether there was such a peer; if not, that is also reported as a {@link Status} */
    public boolean unpeer(Endpoint to) {
        List<Dialer> found;
        synchronized (this) {
            found = dialers.stream().filter(d -> d.to().equals(to)).toList();
        }
        if (found.isEmpty()) {
            hub.report(new Status(Status.Code.PEER_INVALID, to.toString(), null, "there is no such peer"));
            return false;
        }
        found.forEach(this::stop);
        found.stream().map(Dialer::remote).filter(Objects::nonNull).forEach(r -> remove(r, "on purpose"));
        return true;
    }

    /**
     * @param node name of a peer, whoever dialled; what waits for it is thrown away
     * @return whether there was such a peer; if not, that is also reported as a {@link Status}
     */
    public boolean unpeer(String node) {
        Remote remote;
        synchronized (this) {
            remote = remotes.get(node);
        }
        if (remote == null) {
            hub.report(new Status(Status.Code.PEER_INVALID, node, null, "there is no such peer"));
            return false;
        }
        remove(remote, "on purpose");
        return true;
    }

    private void remove(Remote remote, String why) {
        List<Dialer> calling;
        synchronized (this) {
            if (!remotes.remove(remote.name(), remote)) {
                return;
            }
            calling = dialers.stream().filter(d -> d.remote() == remote).toList();
        }
        calling.forEach(this::stop);
        Link link = remote.link();
        if (link != null) {
            link.bye();
            hub.timer().after(FAREWELL, link::close);
        }
        hub.detach(remote);
        remote.outgoing().close();
        hub.report(new Status(Status.Code.PEER_REMOVED, remote.name(), remote.endpoint(), why));
        refresh();
    }

    /** Decides about a connection, once it is known who is on the other side. */
    Remote admit(Link link, Greeting.Hello hello, @Nullable Endpoint back) throws Refusal.RefusedException {
        Link before;
        Remote remote;
        boolean fresh;
        synchronized (this) {
            if (closed) {
                throw new Refusal.RefusedException(Refusal.REMOVED, hub.name() + " is closing");
            }
            if (hello.endpoint().equals(hub.id())) {
                throw new Refusal.RefusedException(Refusal.SELF, "that is this node itself");
            }
            remote = remotes.get(hello.name());
            fresh = remote == null;
            if (remote == null) {
                if (remotes.size() >= PEERS_MAX) {
                    throw new Refusal.RefusedException(Refusal.FULL, hub.name() + " has " + PEERS_MAX + " peers");
                }
                remote = new Remote(hello.name(), hello.endpoint(), settings.relay(), new Outgoing(hub, hello.name(),
                        settings.policies()));
                remotes.put(hello.name(), remote);
            }
            before = remote.link();
            if (before != null && !before.isEnded()) {
                mayReplace(before, remote, link, hello);
            }
            link.bind(remote);
            remote.linked(link, hello.endpoint(), security.of(hello.name()), back);
        }
        if (before != null) {
            before.close();
            before.awaitEnd();
        }
        if (fresh) {
            hub.attach(remote);
        }
        return remote;
    }

    /** A second connection of a pair: the same side dialling again knows that the first is dead; of two sides one wins. */
    private void mayReplace(Link before, Remote remote, Link link, Greeting.Hello hello)
            throws Refusal.RefusedException {
        if (!remote.endpoint().equals(hello.endpoint())) {
            throw new Refusal.RefusedException(Refusal.NAME_IN_USE, "another node called " + hello.name()
                    + " is connected to " + hub.name());
        }
        UUID dials = link.isDialled() ? hub.id() : hello.endpoint();
        UUID other = link.isDialled() ? hello.endpoint() : hub.id();
        if (before.isDialled() != link.isDialled() && dials.compareTo(other) > 0) {
            throw new Refusal.RefusedException(Refusal.ALREADY_CONNECTED, "there is a connection already");
        }
    }

    void up(Link link) {
        Remote remote = link.remote();
        remote.connected();
        hub.report(new Status(Status.Code.PEER_ADDED, remote.name(), remote.endpoint(), "connected"));
        refresh();
        changed();
    }

    void down(Link link, String why) {
        Remote remote = link.boundTo();
        if (remote == null) {
            return;
        }
        boolean was = remote.state() == PeerStatus.State.CONNECTED;
        int connections = remote.connections();
        if (!remote.unlinked(link)) {
            return;
        }
        changed();
        if (link.isFarewell()) {
            remove(remote, "the other side took it down");
            return;
        }
        if (was) {
            hub.report(new Status(Status.Code.PEER_LOST, remote.name(), remote.endpoint(), why));
        }
        if (!closed) {
            refresh();
            hub.roomMade();
            hub.timer().after(settings.retention(), () -> giveUp(remote, connections));
            Endpoint back = remote.back();
            if (!link.isDialled() && back != null) {
                hub.timer().after(CALL_BACK, () -> callBack(remote, back));
            }
        }
    }

    private synchronized void callBack(Remote remote, Endpoint back) {
        boolean dialled = dialers.stream().anyMatch(d -> d.remote() == remote);
        if (!dialled && remote.link() == null && remotes.get(remote.name()) == remote) {
            dial(new Dialer(this, back, remote));
        }
    }

    private void giveUp(Remote remote, int connections) {
        synchronized (this) {
            if (closed || remote.link() != null || remote.connections() != connections
                    || remotes.get(remote.name()) != remote) {
                return;
            }
            remote.lost();
        }
        hub.timer().after(FORGOTTEN, () -> {
            if (remote.link() == null && remote.connections() == connections) {
                remove(remote, "it has been away for " + FORGOTTEN.toHours() + " hours");
            }
        });
        refresh();
    }

    /** From now on there are no new connections, from either side. */
    private void endListening() {
        List<Network.Listening> open;
        List<Dialer> dialing;
        synchronized (this) {
            closed = true;
            open = List.copyOf(listenings);
            dialing = List.copyOf(dialers);
        }
        dialing.forEach(this::stop);
        for (Network.Listening each : open) {
            try {
                each.close();
            } catch (IOException _) {
                // It does not listen any more, however it ended.
            }
        }
    }

    private synchronized void stop(Dialer dialer) {
        dialer.stop();
        dialers.remove(dialer);
        notifyAll();
    }

    /** Leaves connections as they are, and dials none again. */
    synchronized void stopDialling() {
        List.copyOf(dialers).forEach(this::stop);
    }

    synchronized void forget(Dialer dialer) {
        dialers.remove(dialer);
    }

    private synchronized void changed() {
        notifyAll();
    }

    synchronized void awaitChange(Duration most) {
        try {
            wait(most.toMillis());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void awaitStop(Dialer dialer, Duration most) {
        long end = System.nanoTime() + most.toNanos();
        long left = most.toMillis();
        while (!dialer.isStopped() && !closed && left > 0) {
            awaitChange(Duration.ofMillis(left));
            left = (end - System.nanoTime()) / 1_000_000;
        }
    }

    /**
     * Takes leave of all peers, as {@link #unpeer} does: they keep nothing for this node and do not look for it. Returns
     * when they have heard of it, or after 2 s; nobody is let in any more.
     */
    public void leave() {
        endListening();
        List<Remote> left = all();
        List<Link> links = left.stream().map(Remote::link).filter(Objects::nonNull).toList();
        left.forEach(r -> remove(r, "this node leaves"));
        long end = System.nanoTime() + FAREWELL.toNanos();
        links.forEach(l -> l.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
    }

    /** All that have been connected and were not removed. */
    public List<PeerStatus> status() {
        return all().stream().map(Remote::status).toList();
    }

    /** Names of all endpoints that can be reached, by endpoint id. */
    public Map<UUID, String> endpoints() {
        return interests.endpoints();
    }

    /** Ends all links without taking leave: the peers keep what is for this node, as after any cut. */
    @Override
    public void close() {
        endListening();
        for (Remote remote : all()) {
            Link link = remote.link();
            if (link != null) {
                link.close();
                link.awaitEnd();
            }
            hub.detach(remote);
            remote.outgoing().close();
        }
    }
}
