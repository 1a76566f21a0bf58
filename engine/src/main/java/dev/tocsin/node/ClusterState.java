package dev.tocsin.node;

import dev.tocsin.fabric.cluster.Cluster;
import dev.tocsin.fabric.cluster.Member;
import dev.tocsin.node.control.ClusterHealth;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one node sees it.
 *
 * @param node that says this; empty when it is in no cluster
 * @param manager who has the manager's duty; null when nobody is known to have it
 */
public record ClusterState(String node, List<Node> nodes, List<Pool> pools, List<String> warnings,
        ClusterHealth.@Nullable Holder manager) {
    public static final ClusterState NONE = new ClusterState("", List.of(), List.of(), List.of(), null);

    /** @param address where others connect to it, null when it connects to them. @param endpoint null when it is away */
    public record Node(String name, String type, @Nullable String address, boolean alive, @Nullable UUID endpoint) {
    }

    /** Nodes that share work. @param alive those of them that can be reached */
    public record Pool(String topic, String type, List<String> nodes, List<String> alive) {
    }

    static ClusterState of(Cluster cluster, ClusterHealth.@Nullable Holder manager) {
        return new ClusterState(cluster.self().name(),
                cluster.layout().members().stream().map(m -> node(cluster, m)).toList(),
                Stream.of(cluster.loggers(), cluster.proxies(), cluster.workers()).map(ClusterState::pool).toList(),
                cluster.warnings(), manager);
    }

    private static Node node(Cluster cluster, Member member) {
        return new Node(member.name(), member.type().text(), member.at() == null ? null : member.at().toString(),
                cluster.isAlive(member.name()), cluster.endpoint(member.name()).orElse(null));
    }

    private static Pool pool(dev.tocsin.fabric.cluster.Pool pool) {
        return new Pool(pool.spec().topic(), pool.spec().type().text(), pool.nodes(), pool.alive());
    }
}
