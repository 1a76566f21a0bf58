package dev.tocsin.fabric.cluster;

import dev.tocsin.base.Endpoint;
import dev.tocsin.base.FreePort;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.peer.PeerSettings;
import dev.tocsin.fabric.peer.Peers;
import dev.tocsin.fabric.peer.Security;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Nodes of a cluster in one process, linked over real sockets as the layout says. Names begin with the type. */
final class ClusterRig implements AutoCloseable {
    final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Path directory;
    private final Layout layout;

    /** One of them. */
    final class Node implements AutoCloseable {
        final Hub hub;
        final Cluster cluster;
        final Peers peers;

        /** @param before is done before anybody hears of it */
        Node(String name, Consumer<Node> before) throws IOException {
            hub = new Hub(name, directory.resolve(name));
            cluster = new Cluster(hub, layout, ClusterTopics.SLASHES, List.of());
            peers = new Peers(hub, Security.LOOPBACK, PeerSettings.DEFAULT);
            before.accept(this);
            peers.listen(layout.member(name).orElseThrow().at());
            layout.dialledBy(name).forEach(m -> peers.peer(m.at()));
        }

        boolean isWanted(String topic) {
            return peers.status().stream().anyMatch(s -> s.wants().stream().anyMatch(topic::startsWith));
        }

        /** As when the process is killed: nothing is said to anybody. */
        @Override
        public void close() throws Exception {
            cluster.close();
            peers.close();
            hub.close();
        }
    }

    ClusterRig(Path directory, String... names) throws IOException {
        this.directory = directory;
        List<Member> members = new ArrayList<>();
        for (String name : names) {
            members.add(new Member(name, NodeType.valueOf(name.replaceAll("-.*", "").toUpperCase(
                    java.util.Locale.ROOT)), new Endpoint("127.0.0.1", FreePort.find())));
        }
        layout = new Layout(members);
        for (String name : names) {
            start(name);
        }
    }

    Node start(String name) throws IOException {
        return start(name, _ -> {
            // Nothing.
        });
    }

    Node start(String name, Consumer<Node> before) throws IOException {
        Node node = new Node(name, before);
        nodes.put(name, node);
        return node;
    }

    void stop(String name) throws Exception {
        nodes.remove(name).close();
    }

    Node node(String name) {
        return nodes.get(name);
    }

    boolean allSee(int alive) {
        return nodes.values().stream().allMatch(n -> layout.members().stream().filter(m -> n.cluster.isAlive(m.name()))
                .count() == alive);
    }

    @Override
    public void close() throws Exception {
        for (String name : List.copyOf(nodes.keySet())) {
            stop(name);
        }
    }
}
