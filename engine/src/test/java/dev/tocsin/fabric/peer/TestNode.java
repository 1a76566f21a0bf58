package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node of the fabric in a network in memory. */
final class TestNode implements AutoCloseable {
    static final PeerSettings SETTINGS = PeerSettings.DEFAULT.withHeartbeat(Duration.ofSeconds(2));

    final String name;
    final Hub hub;
    final Peers peers;
    final List<Status> statuses = new CopyOnWriteArrayList<>();

    TestNode(String name, Wires wires, Path directory, PeerSettings settings) throws IOException {
        this(name, wires, directory, settings, Hub.HOLD);
    }

    TestNode(String name, Wires wires, Path directory, PeerSettings settings, Duration hold) throws IOException {
        this(name, wires, directory, settings, hold, Security.LOOPBACK);
    }

    TestNode(String name, Wires wires, Path directory, PeerSettings settings, Duration hold, Security security)
            throws IOException {
        this.name = name;
        this.hub = new Hub(name, UUID.randomUUID(), directory.resolve(name), hold);
        hub.onStatus(statuses::add);
        this.peers = new Peers(hub, wires.at(name), security, settings);
        peers.listen(Wires.of(name));
    }

    void publish(String topic, String text) {
        hub.publish(topic, text.getBytes(StandardCharsets.UTF_8));
    }

    boolean knows(Status.Code code, String node) {
        return statuses.stream().anyMatch(s -> s.code() == code && s.node().equals(node));
    }

    boolean isWanted(String peer, String topic) {
        return peers.status().stream().anyMatch(s -> s.name().equals(peer) && s.wants().stream().anyMatch(
                topic::startsWith));
    }

    PeerStatus peer(String peer) {
        return peers.status().stream().filter(s -> s.name().equals(peer)).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        peers.close();
        hub.close();
    }
}
