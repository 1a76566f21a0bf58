package dev.tocsin.node;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.TopicCounts;
import dev.tocsin.fabric.cluster.Cluster;
import dev.tocsin.fabric.cluster.Member;
import dev.tocsin.fabric.peer.PeerStatus;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Checks.Verdict;
import dev.tocsin.health.Metrics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What the fabric says of its health, and its numbers. */
final class FabricHealth {
    /** Peers with numbers of their own; more could come under ever new names. */
    private static final int PEERS_MAX = 1000;

    private final NodeFabric fabric;
    private final Metrics metrics;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    private FabricHealth(NodeFabric fabric, Metrics metrics) {
        this.fabric = fabric;
        this.metrics = metrics;
    }

    static void register(NodeFabric fabric, Checks checks, Metrics metrics) {
        FabricHealth health = new FabricHealth(fabric, metrics);
        fabric.hub().onStatus(health::heard);
        fabric.peers().forEach(p -> health.peer(p.name()));
        checks.register("fabric", "peers", () -> peers(fabric.peers()));
        fabric.cluster().ifPresent(c -> checks.register("fabric", "cluster", () -> cluster(c)));
        Hub hub = fabric.hub();
        metrics.counter("tocsin_fabric_published_messages_total", "Messages that this node's own parts published",
                () -> hub.figures().published());
        metrics.counter("tocsin_fabric_repeated_messages_total",
                "Messages that came again over another path, and were left out", () -> hub.figures().repeated());
        metrics.counter("tocsin_fabric_late_messages_total",
                "Messages that came after they had been announced as missing, and were left out",
                () -> hub.figures().late());
        metrics.counter("tocsin_fabric_refused_messages_total",
                "Messages of peers and WebSocket clients that were refused for want of a right",
                () -> hub.refused().messages());
        metrics.counter("tocsin_fabric_refused_subscriptions_total",
                "Subscriptions of peers and WebSocket clients that were refused, or granted in part, for want of a right",
                () -> hub.refused().subscriptions());
        hub.topics().onNew(health::topics);
        metrics.gauge("tocsin_fabric_peers", "Nodes that this one is linked to now",
                () -> fabric.peers().stream().filter(p -> p.state() == PeerStatus.State.CONNECTED).count());
    }

    private void heard(Status status) {
        if (status.code() == Status.Code.PEER_ADDED) {
            peer(status.node());
        }
    }

    private void peer(String name) {
        if (known.size() >= PEERS_MAX || !known.add(name)) {
            return;
        }
        metrics.gauge("tocsin_fabric_peer_connected", "1 while there is a link to the node", () -> find(name).filter(
                p -> p.state() == PeerStatus.State.CONNECTED).isPresent() ? 1 : 0, "peer", name);
        metrics.gauge("tocsin_fabric_peer_waiting_messages", "Messages that wait to be sent to the node",
                () -> number(name, p -> p.queue().waiting()), "peer", name);
        metrics.gauge("tocsin_fabric_peer_unacknowledged_messages",
                "Messages sent to the node and not yet acknowledged",
                () -> number(name, PeerStatus::unacknowledged), "peer", name);
        metrics.counter("tocsin_fabric_peer_queued_messages_total", "Messages for the node",
                () -> number(name, p -> p.queue().added()), "peer", name);
        metrics.counter("tocsin_fabric_peer_spilled_messages_total", "Messages for the node that went to disk",
                () -> number(name, p -> p.queue().spilled()), "peer", name);
        metrics.counter("tocsin_fabric_peer_dropped_messages_total",
                "Messages for the node that were dropped and announced to it as missing",
                () -> number(name, p -> p.queue().dropped()), "peer", name);
        metrics.counter("tocsin_fabric_peer_refused_messages_total",
                "Messages of the node that were left out, since it has no right to publish them",
                () -> number(name, p -> p.refused().messages()), "peer", name);
        metrics.counter("tocsin_fabric_peer_received_messages_total", "Messages taken from the node",
                () -> number(name, PeerStatus::received), "peer", name);
    }

    /** At most two hundred of them. */
    private void topics(String begin) {
        TopicCounts topics = fabric.hub().topics();
        metrics.counter("tocsin_fabric_topic_published_messages_total",
                "Messages on topics that begin so which this node's own parts and clients published",
                () -> topics.figures(begin).published(), "topics", begin);
        metrics.counter("tocsin_fabric_topic_brought_messages_total",
                "Messages on topics that begin so which peers brought", () -> topics.figures(begin).brought(), "topics",
                begin);
        metrics.counter("tocsin_fabric_topic_queued_messages_total",
                "Messages on topics that begin so, counted for each receiver", () -> topics.figures(begin).queued(),
                "topics", begin);
        metrics.counter("tocsin_fabric_topic_spilled_messages_total", "Of those, messages that went to disk",
                () -> topics.figures(begin).spilled(), "topics", begin);
        metrics.counter("tocsin_fabric_topic_dropped_messages_total",
                "Of those, messages that were dropped and announced as missing", () -> topics.figures(begin).dropped(),
                "topics", begin);
        metrics.gauge("tocsin_fabric_topic_waiting_messages", "Of those, messages that wait now",
                () -> topics.figures(begin).waiting(), "topics", begin);
        metrics.gauge("tocsin_fabric_topic_lag_seconds", "How long the oldest of those that wait has waited",
                () -> topics.figures(begin).lag().toMillis() / 1000.0, "topics", begin);
    }

    private Optional<PeerStatus> find(String name) {
        return fabric.peers().stream().filter(p -> p.name().equals(name)).findFirst();
    }

    private long number(String name, ToLongFunction<PeerStatus> value) {
        return find(name).map(p -> value.applyAsLong(p)).orElse(0L);
    }

    private static Verdict peers(List<PeerStatus> peers) {
        String away = peers.stream().filter(p -> p.state() != PeerStatus.State.CONNECTED).map(PeerStatus::name)
                .collect(Collectors.joining(", "));
        return away.isEmpty()
                ? Verdict.green(peers.size() + " linked")
                : Verdict.yellow("no link to " + away + "; what is for them is kept");
    }

    private static Verdict cluster(Cluster cluster) {
        String away = cluster.layout().members().stream().map(Member::name).filter(n -> !cluster.isAlive(n)).collect(
                Collectors.joining(", "));
        return away.isEmpty()
                ? Verdict.green("all " + cluster.layout().members().size() + " nodes are there")
                : Verdict.yellow("away: " + away);
    }
}
