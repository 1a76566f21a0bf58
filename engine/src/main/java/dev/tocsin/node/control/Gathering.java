package dev.tocsin.node.control;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.cluster.Cluster;
import dev.tocsin.fabric.cluster.Member;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.health.Health;
import dev.tocsin.health.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** How all nodes say they are, as long as this node gathers it. Only nodes of the layout count. */
final class Gathering implements AutoCloseable {
    private final Cluster cluster;
    private final Client client;
    private final Map<String, Said> said = new ConcurrentHashMap<>();

    private record Said(ClusterHealth.Member member, long atNanos) {
    }

    Gathering(Cluster cluster, Client client, String prefix, Delivery delivery) {
        this.cluster = cluster;
        this.client = client;
        client.subscribe(List.of(prefix), this::heard, delivery);
    }

    private void heard(Message message) {
        EventCall.from(BinValues.read(message.payload())).flatMap(ClusterHealth.Member::of)
                .filter(m -> message.topic().endsWith("/" + m.name())).ifPresent(this::add);
    }

    void add(ClusterHealth.Member member) {
        if (cluster.layout().member(member.name()).isPresent()) {
            said.put(member.name(), new Said(member, System.nanoTime()));
        }
    }

    /** @param patience how old what a node said may be */
    ClusterHealth health(ClusterHealth.Holder holder, Duration patience) {
        List<ClusterHealth.Member> nodes = cluster.layout().members().stream().map(m -> member(m, patience)).toList();
        Level level = Health.worst(nodes.stream().map(ClusterHealth.Member::level).toList());
        String troubled = nodes.stream().filter(n -> n.level() != Level.GREEN).map(n -> n.name() + ": " + n.status())
                .collect(Collectors.joining("; "));
        return new ClusterHealth(holder, Instant.now(), level, troubled.isEmpty()
                ? "all " + nodes.size() + " nodes are well"
                : troubled, nodes);
    }

    private ClusterHealth.Member member(Member node, Duration patience) {
        String type = node.type().text();
        if (!cluster.isAlive(node.name())) {
            said.remove(node.name());
            return new ClusterHealth.Member(node.name(), type, Level.YELLOW, "away", null, List.of());
        }
        Said last = said.get(node.name());
        if (last == null) {
            return new ClusterHealth.Member(node.name(), type, Level.UNKNOWN, "has not said yet how it is", null, List
                    .of());
        }
        return System.nanoTime() - last.atNanos > patience.toNanos()
                ? new ClusterHealth.Member(node.name(), type, Level.YELLOW, "is there and says nothing", last.member
                        .time(), List.of())
                : last.member;
    }

    @Override
    public void close() {
        client.close();
    }
}
