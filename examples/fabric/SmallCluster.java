import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.cluster.Cluster;
import dev.tocsin.fabric.cluster.ClusterTopics;
import dev.tocsin.fabric.cluster.Layout;
import dev.tocsin.fabric.cluster.Member;
import dev.tocsin.fabric.cluster.NodeType;
import dev.tocsin.fabric.event.Events;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A logger, a manager, two proxies and two workers, in one process to try things; each would be a process of its own. */
final class SmallCluster implements AutoCloseable {
    final Map<String, Node> nodes = new LinkedHashMap<>();

    /** One node: what it knows of the others, and its events. */
    static final class Node implements AutoCloseable {
        final Fabric fabric;
        final Cluster cluster;
        final Events events;

        Node(Layout layout, String name) throws IOException {
            fabric = new Fabric(name);
            cluster = new Cluster(fabric.hub, layout, ClusterTopics.SLASHES, List.of());
            events = new Events(fabric.hub, name);
            fabric.peers.listen(layout.member(name).orElseThrow().at());
            layout.dialledBy(name).forEach(m -> fabric.peers.peer(m.at()));
        }

        /** Handles what is published to this node, to its type, and to its pools. */
        void handle(Object handlers) {
            events.handlers(handlers);
            listen();
        }

        /** Takes what is published to this node, to its type, and to its pools. */
        void listen() {
            events.subscribe(cluster.ownTopics(), Delivery.DEFAULT);
        }

        @Override
        public void close() throws Exception {
            events.close();
            cluster.close();
            fabric.close();
        }
    }

    SmallCluster() throws Exception {
        List<Member> members = new ArrayList<>();
        for (String name : List.of("logger-1", "manager", "proxy-1", "proxy-2", "worker-1", "worker-2")) {
            NodeType type = NodeType.valueOf(name.replaceAll("-\\d", "").toUpperCase(java.util.Locale.ROOT));
            members.add(new Member(name, type, new Endpoint("127.0.0.1", freePort())));
        }
        Layout layout = new Layout(members);
        for (Member member : members) {
            nodes.put(member.name(), new Node(layout, member.name()));
        }
        while (nodes.values().stream().anyMatch(n -> !members.stream().allMatch(m -> n.cluster.isAlive(m.name())))) {
            Thread.sleep(20);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    Node node(String name) {
        return nodes.get(name);
    }

    List<Node> nodes(NodeType type) {
        return nodes.values().stream().filter(n -> n.cluster.self().type() == type).toList();
    }

    @Override
    public void close() throws Exception {
        for (Node node : nodes.values()) {
            node.close();
        }
    }
}
