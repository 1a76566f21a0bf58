package dev.tocsin.fabric.peer;

import static dev.tocsin.fabric.Collecting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Collecting;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.PrefixSet;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTlsTest {
    private static final Endpoint ANY = new Endpoint("127.0.0.1", 0);

    @TempDir
    private static Path shared;
    private static NodeCertificates certificates;
    private static NodeCertificates strangers;

    @TempDir
    private Path directory;
    private final List<Node> nodes = new ArrayList<>();

    @BeforeAll
    static void make() throws Exception {
        certificates = new NodeCertificates(shared.resolve("ours.p12"), "a", "b");
        strangers = new NodeCertificates(shared.resolve("theirs.p12"), "b");
    }

    private final class Node {
        private final Hub hub;
        private final Peers peers;
        private final List<Status> statuses = new CopyOnWriteArrayList<>();

        Node(String name, Security security) {
            hub = new Hub(name, directory.resolve(name + nodes.size()));
            hub.onStatus(statuses::add);
            peers = new Peers(hub, security, PeerSettings.DEFAULT);
            nodes.add(this);
        }

        boolean has(Status.Code code) {
            return statuses.stream().anyMatch(s -> s.code() == code);
        }

        boolean sees(String peer, String wanted) {
            return peers.status().stream().anyMatch(s -> s.name().equals(peer) && s.wants().contains(wanted));
        }
    }

    private static Security secured(NodeCertificates from, String name, Function<String, Rights> rights) {
        return Security.mutual(() -> from.context(name)).withRights(rights);
    }

    @AfterEach
    void close() {
        nodes.forEach(n -> {
            n.peers.close();
            n.hub.close();
        });
    }

    @Test
    void aPeerGetsAndBringsOnlyWhatItsNameHasARightTo() throws Exception {
        Rights limited = new Rights(PrefixSet.of(List.of("ok/")), PrefixSet.of(List.of("news/local")));
        Node a = new Node("a", secured(certificates, "a", name -> name.equals("b") ? limited : Rights.NONE));
        Node b = new Node("b", secured(certificates, "b", _ -> Rights.ALL));
        Collecting atA = new Collecting();
        Collecting atB = new Collecting();
        a.hub.subscribe(List.of(""), atA);
        b.hub.subscribe(List.of("news/", "secret"), atB);
        b.peers.peer(a.peers.listen(ANY));
        eventually(() -> a.sees("b", "news/local") && b.sees("a", ""), () -> a.statuses + " " + b.statuses);
        byte[] payload = {1};
        a.hub.publish("secret", payload);
        a.hub.publish("news/far", payload);
        a.hub.publish("news/local/1", payload);
        b.hub.publish("bad/1", payload);
        b.hub.publish("ok/1", payload);
        assertThat(atB.await(1).topics()).containsExactly("news/local/1");
        assertThat(atA.await(1).topics()).containsExactly("ok/1");
        b.hub.publish("bad/1", payload);
        eventually(() -> a.has(Status.Code.PEER_MISBEHAVED), () -> "nobody was told about bad/1");
        eventually(() -> a.peers.status().getFirst().refused().messages() == 2, () -> "" + a.peers.status());
        PeerStatus.Refused here = a.peers.status().getFirst().refused();
        assertThat(here.topics()).containsExactly("bad/1");
        assertThat(here.prefixes()).containsExactlyInAnyOrder("news/", "secret");
        assertThat(a.hub.refused().messages()).isEqualTo(2);
        assertThat(a.hub.refused().subscriptions()).isEqualTo(2);
        assertThat(a.statuses).filteredOn(s -> s.code() == Status.Code.PEER_MISBEHAVED).as("told once").hasSize(1);
        eventually(() -> b.peers.status().getFirst().refused().there().size() == 3, () -> "" + b.peers.status());
        assertThat(b.peers.status().getFirst().refused().there()).containsExactlyInAnyOrder("publish bad/1",
                "subscribe news/", "subscribe secret");
        assertThat(b.statuses).filteredOn(s -> s.code() == Status.Code.FORBIDDEN).hasSize(3).extracting(Status::text)
                .anyMatch(t -> t.contains("no right to publish it there"));
    }

    @Test
    void nobodyTakesTheNameOfAnother() throws Exception {
        Node a = new Node("a", secured(certificates, "a", _ -> Rights.ALL));
        Node false1 = new Node("c", secured(certificates, "b", _ -> Rights.ALL));
        false1.peers.peer(a.peers.listen(ANY));
        eventually(() -> a.has(Status.Code.PEER_REFUSED) && false1.has(Status.Code.PEER_REFUSED), () -> a.statuses + " "
                + false1.statuses);
        assertThat(a.peers.status()).isEmpty();
        assertThat(a.statuses.getFirst().text()).contains("calls itself c");
    }

    @Test
    void whoeverIsVouchedForByAnotherOrByNobodyStaysOutside() throws Exception {
        Node a = new Node("a", secured(certificates, "a", _ -> Rights.ALL));
        Endpoint at = a.peers.listen(ANY);
        Node stranger = new Node("b", secured(strangers, "b", _ -> Rights.ALL));
        stranger.peers.peer(at);
        eventually(() -> stranger.has(Status.Code.PEER_REFUSED), () -> "" + stranger.statuses);
        Node plain = new Node("d", Security.LOOPBACK);
        plain.peers.peer(at);
        eventually(() -> plain.has(Status.Code.PEER_UNAVAILABLE), () -> "" + plain.statuses);
        assertThat(a.peers.status()).isEmpty();
        assertThat(stranger.peers.status()).isEmpty();
    }

    @Test
    void withoutCertificatesThereIsNoWayOffThisMachine() {
        Node a = new Node("a", Security.LOOPBACK);
        assertThatThrownBy(() -> a.peers.listen(new Endpoint("0.0.0.0", 0))).isInstanceOf(IOException.class)
                .hasMessageContaining("there is no certificate");
        a.peers.peer(new Endpoint("192.0.2.1", 9));
        eventually(() -> a.has(Status.Code.PEER_UNAVAILABLE), () -> "" + a.statuses);
        assertThat(a.statuses.getFirst().text()).contains("there is no certificate");
    }
}
