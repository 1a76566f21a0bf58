package dev.tocsin.node;

import dev.tocsin.base.Endpoint;
import dev.tocsin.base.Pem;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Policies;
import dev.tocsin.fabric.RightsByName;
import dev.tocsin.fabric.cluster.Cluster;
import dev.tocsin.fabric.cluster.ClusterTopics;
import dev.tocsin.fabric.cluster.Layout;
import dev.tocsin.fabric.cluster.Member;
import dev.tocsin.fabric.peer.PeerSettings;
import dev.tocsin.fabric.peer.PeerStatus;
import dev.tocsin.fabric.peer.Peers;
import dev.tocsin.fabric.peer.Security;
import dev.tocsin.node.control.ClusterDuty;
import dev.tocsin.node.control.ClusterLog;
import dev.tocsin.node.control.FabricTap;
import dev.tocsin.node.control.TapRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A node's part of the fabric: its hub and the links to other nodes. */
public final class NodeFabric implements AutoCloseable {
    /** Of what nodes say of themselves only the newest is of use; other policies for these topics can be configured. */
    private static final Policies POLICIES = Policies.DEFAULT.with(TapRecord.PREFIX, FabricTap.POLICY)
            .with(ClusterDuty.PREFIX, ClusterDuty.POLICY);

    private final FabricConfig config;
    private final Hub hub;
    private final Peers peers;
    private final Optional<Cluster> cluster;
    private volatile Optional<Endpoint> listening = Optional.empty();

    /**
     * Nothing is opened yet, so that whoever wants to hear of nodes that come can say so first.
     *
     * @param spills directory for what waits on disk
     * @throws FabricException when the layout cannot be read or does not name this node
     */
    public NodeFabric(String name, FabricConfig config, Path spills) {
        this.config = config;
        Path file = config.layout();
        Optional<Layout> layout = file == null ? Optional.empty() : Optional.of(Layout.read(file));
        hub = new Hub(name, spills);
        cluster = layout.map(l -> cluster(l, hub));
        peers = new Peers(hub, security(config), PeerSettings.DEFAULT.withRelay(config.relay())
                .withRetention(config.retention()).withPolicies(config.policiesByTopic(POLICIES)));
    }

    private static Cluster cluster(Layout layout, Hub hub) {
        try {
            return new Cluster(hub, layout, ClusterTopics.SLASHES, List.of(ClusterLog.MANAGERS));
        } catch (IllegalArgumentException e) {
            hub.close();
            throw new FabricException("fabric.layout: " + e.getMessage());
        }
    }

    /**
     * Opens the port, if there is to be one, and dials; links come up by themselves.
     *
     * @throws FabricException with what to do, when it cannot listen
     */
    public NodeFabric start() {
        try {
            Endpoint given = config.listen();
            Endpoint listen = given != null ? given : cluster.map(c -> c.self().at()).orElse(null);
            listening = listen == null ? Optional.empty() : Optional.of(peers.listen(listen));
            config.peers().forEach(peers::peer);
            cluster.ifPresent(c -> c.layout().dialledBy(hub.name()).stream().map(Member::at).filter(Objects::nonNull)
                    .forEach(peers::peer));
            return this;
        } catch (IOException | RuntimeException e) {
            close();
            throw e instanceof FabricException told
                    ? told
                    : new FabricException((config.listen() == null && config.layout() != null
                            ? "fabric.layout: "
                            : "fabric.listen: ") + e.getMessage());
        }
    }

    private static Security security(FabricConfig config) {
        FabricConfig.Tls tls = config.tls();
        RightsByName rights = config.rightsByName();
        return (tls == null ? Security.LOOPBACK : Security.mutual(() -> context(tls))).withRights(rights::peer)
                .withLocalRights(rights.local());
    }

    /** Read anew for each connection, so that certificates can be renewed. */
    private static SSLContext context(FabricConfig.Tls tls) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(Pem.own(tls.certificate(), tls.key()), Pem.trust(tls.ca()), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(tls.certificate() + " and " + tls.key() + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The cluster that this node is in, if it has a layout. */
    public Optional<Cluster> cluster() {
        return cluster;
    }

    public Hub hub() {
        return hub;
    }

    /** Where other nodes connect, with the real port when 0 was asked for. */
    public Optional<Endpoint> listening() {
        return listening;
    }

    public List<PeerStatus> peers() {
        return peers.status();
    }

    /** How messages wait for clients of this node that read slowly. */
    public Delivery delivery() {
        return Delivery.DEFAULT.with(config.policiesByTopic(POLICIES));
    }

    /** Who may do what here. */
    public RightsByName rights() {
        return config.rightsByName();
    }

    /** Takes leave of all peers, so that they keep nothing for this node; to be closed then. */
    public void leave() {
        peers.leave();
    }

    @Override
    public void close() {
        cluster.ifPresent(Cluster::close);
        peers.close();
        hub.close();
    }
}
