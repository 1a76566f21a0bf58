package dev.tocsin.fabric.peer;

import static dev.tocsin.fabric.Collecting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.Collecting;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Policies;
import dev.tocsin.fabric.Policy;
import dev.tocsin.fabric.Published;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.Routed;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.Subscription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersTest {
    @TempDir
    private Path directory;
    private final Wires wires = new Wires();
    private final List<TestNode> nodes = new ArrayList<>();

    private TestNode node(String name, PeerSettings settings) throws Exception {
        TestNode node = new TestNode(name, wires, directory, settings);
        nodes.add(node);
        return node;
    }

    private TestNode node(String name) throws Exception {
        return node(name, TestNode.SETTINGS);
    }

    private static void link(TestNode a, TestNode b) {
        a.peers.peer(Wires.of(b.name));
        eventually(() -> a.knows(Status.Code.PEER_ADDED, b.name) && b.knows(Status.Code.PEER_ADDED, a.name),
                () -> "no link from " + a.name + " to " + b.name);
    }

    private static void wanted(TestNode at, TestNode peer, String topic) {
        eventually(() -> at.isWanted(peer.name, topic), () -> at.name + " does not know that " + peer.name + " wants "
                + topic);
    }

    @AfterEach
    void close() {
        nodes.forEach(TestNode::close);
    }

    @Test
    void whatAPeerDoesNotWantIsNotSent() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        link(a, b);
        Collecting dogs = new Collecting();
        b.hub.subscribe(List.of("alice/dogs"), dogs);
        wanted(a, b, "alice/dogs");
        List.of("alice/cats", "alice/dog", "alice/dogs/corgi", "bob", "alice/dogs").forEach(t -> a.publish(t, "x"));
        dogs.await(2);
        assertThat(dogs.topics()).containsExactly("alice/dogs/corgi", "alice/dogs");
        assertThat(a.peer("b").queue().added()).isEqualTo(2);
    }

    @Test
    void whoLeavesIsForgottenByAllAndNotLookedFor() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        TestNode c = node("c");
        link(a, b);
        link(b, c);
        b.peers.leave();
        eventually(() -> a.peers.status().isEmpty() && c.peers.status().isEmpty(),
                () -> a.peers.status() + " " + c.peers
                        .status());
        assertThat(b.peers.status()).isEmpty();
        for (TestNode other : List.of(a, c)) {
            eventually(() -> other.knows(Status.Code.PEER_REMOVED, "b"), () -> "" + other.statuses);
            assertThat(other.knows(Status.Code.PEER_LOST, "b")).isFalse();
            assertThat(other.knows(Status.Code.PEER_UNAVAILABLE, "b")).isFalse();
        }
    }

    /** Without a certificate a name says nothing: all such peers have the rights of this machine. */
    @Test
    void aPeerWithoutACertificateHasTheRightsOfThisMachine() throws Exception {
        Security guarded = Security.LOOPBACK.withRights(_ -> Rights.ALL).withLocalRights(Rights.of(List.of("ok/"),
                List.of("news/")));
        TestNode a = new TestNode("a", wires, directory, TestNode.SETTINGS, Hub.HOLD, guarded);
        nodes.add(a);
        TestNode b = node("b");
        Collecting atA = new Collecting();
        Collecting atB = new Collecting();
        a.hub.subscribe(List.of(""), atA);
        b.hub.subscribe(List.of(""), atB);
        link(a, b);
        wanted(b, a, "");
        eventually(() -> a.peer("b").wants().equals(Set.of("news/")), () -> "" + a.peer("b"));
        b.publish("bad/1", "x");
        b.publish("ok/1", "x");
        a.publish("secret", "x");
        a.publish("news/1", "x");
        assertThat(atA.await(1).topics()).containsExactly("ok/1");
        assertThat(atB.await(1).topics()).containsExactly("news/1");
        eventually(() -> b.knows(Status.Code.FORBIDDEN, "a") && b.peer("a").refused().there().size() == 2,
                () -> "" + b.statuses);
        assertThat(b.peer("a").refused().there()).containsExactlyInAnyOrder("publish bad/1", "subscribe ");
    }

    /** It would take a frame that it does not know for a breach of the protocol. */
    @Test
    void aPeerOfTheFirstVersionIsNotToldWhatIsRefused() throws Exception {
        TestNode a = new TestNode("a", wires, directory, TestNode.SETTINGS, Hub.HOLD, Security.LOOPBACK.withLocalRights(
                Rights.NONE));
        nodes.add(a);
        UUID id = UUID.randomUUID();
        try (Network.Connection old = wires.at("old").connect(Wires.of("a"))) {
            FrameWriter out = new FrameWriter(old.out());
            FrameReader in = new FrameReader(old.in());
            out.begin(Frame.HELLO).fixed(0x746F6373696E0001L).number(1).number(1).text("old").id(id).number(0).end();
            out.flush();
            assertThat(in.next(4096)).isEqualTo(Frame.HELLO);
            in.fixed();
            assertThat(in.number()).as("the lowest version").isEqualTo(1);
            out.begin(Frame.RESUME).fixed(0).number(0).end();
            out.begin(Frame.START).fixed(77).number(1).end();
            out.routed(new Message("bad/1", id, 1, 1, new byte[1]));
            out.flush();
            eventually(() -> a.peer("old").refused().messages() == 1, () -> "" + a.statuses);
            out.begin(Frame.PING).end();
            out.flush();
            Frame frame = in.next(65_536);
            while (frame != Frame.PONG) {
                assertThat(frame).isNotEqualTo(Frame.DENIED);
                frame = in.next(65_536);
            }
        }
    }

    /** For a peer as for a client: the longest prefix has its own queue and its own policy. */
    @Test
    void eachPrefixHasItsPolicyForAPeer() throws Exception {
        TestNode a = node("a", TestNode.SETTINGS.withPolicies(Policies.of(Policy.block()).with("loose/", Policy
                .dropOldest().withMemoryBytes(500))));
        TestNode b = node("b");
        Collecting got = new Collecting();
        b.hub.subscribe(List.of(""), got);
        link(a, b);
        wanted(a, b, "");
        wires.cut("a", "b");
        eventually(() -> a.knows(Status.Code.PEER_LOST, "b"), () -> "" + a.statuses);
        for (int i = 0; i < 100; i++) {
            a.publish("loose/x", "x".repeat(50));
            a.publish("strict/x", "x".repeat(50));
        }
        assertThat(a.peer("b").queue().dropped()).isBetween(80L, 100L);
        wires.heal("a", "b");
        eventually(
                () -> got.got.stream().filter(r -> r instanceof Message && r.topic().equals("strict/x")).count() == 100
                        && got.got.stream().anyMatch(r -> r.topic().equals("loose/x") && r.ordinal() == 100),
                () -> "" + got.got
                        .size());
    }

    @Test
    void whatTheLastOfAChainWantsComesThroughThoseBetween() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        TestNode c = node("c");
        TestNode d = node("d");
        link(a, b);
        link(c, b);
        link(c, d);
        Collecting there = new Collecting();
        Subscription subscription = d.hub.subscribe(List.of("t/"), there);
        wanted(a, b, "t/");
        for (int i = 0; i < 100; i++) {
            a.publish("t/x", "" + i);
        }
        assertThat(there.await(100).ordinals()).isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
        assertThat(there.got.getFirst().origin()).isEqualTo(a.hub.id());
        eventually(() -> a.knows(Status.Code.ENDPOINT_DISCOVERED, "d"), () -> "a never heard of d");
        subscription.close();
        eventually(() -> !a.isWanted("b", "t/x"), () -> "interest does not end: " + a.peers.status());
    }

    @Test
    void inATriangleEachGetsEachOnceAndInterestEnds() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        TestNode c = node("c");
        link(a, b);
        link(b, c);
        link(c, a);
        Collecting atB = new Collecting();
        Collecting atC = new Collecting();
        b.hub.subscribe(List.of(""), atB);
        Subscription subscription = c.hub.subscribe(List.of("t"), atC);
        wanted(a, b, "t");
        wanted(a, c, "t");
        for (int i = 0; i < 500; i++) {
            a.publish("t", "" + i);
        }
        assertThat(atB.await(500).ordinals()).isEqualTo(LongStream.rangeClosed(1, 500).boxed().toList());
        assertThat(atC.await(500).ordinals()).isEqualTo(LongStream.rangeClosed(1, 500).boxed().toList());
        subscription.close();
        b.hub.interestChanged();
        eventually(() -> !b.isWanted("c", "t") || b.peers.status().toString().contains("wants=[]"), () -> "interest"
                + " lives in the circle: " + b.peers.status());
        assertThat(atB.got).hasSize(500);
    }

    @Test
    void aCutLosesNothingDoublesNothingAndKeepsTheOrder() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        link(a, b);
        Collecting there = new Collecting();
        b.hub.subscribe(List.of("t"), there);
        wanted(a, b, "t");
        for (int i = 0; i < 20_000; i++) {
            a.publish("t", "message " + i);
            if (i % 4000 == 2000) {
                wires.cut("a", "b");
            } else if (i % 4000 == 3000) {
                wires.heal("a", "b");
            }
        }
        wires.heal("a", "b");
        assertThat(there.await(20_000).ordinals()).isEqualTo(LongStream.rangeClosed(1, 20_000).boxed().toList());
        assertThat(a.knows(Status.Code.PEER_LOST, "b")).isTrue();
    }

    @Test
    void aConnectionOnWhichNothingArrivesIsGivenUpAndMadeAnew() throws Exception {
        PeerSettings settings = TestNode.SETTINGS.withHeartbeat(Duration.ofMillis(100));
        TestNode a = node("a", settings);
        TestNode b = node("b", settings);
        link(a, b);
        Collecting there = new Collecting();
        b.hub.subscribe(List.of("t"), there);
        wanted(a, b, "t");
        for (int i = 1; i <= 300; i++) {
            a.publish("t", "" + i);
            if (i == 150) {
                wires.freeze("a", "b");
            }
        }
        assertThat(there.await(300).ordinals()).isEqualTo(LongStream.rangeClosed(1, 300).boxed().toList());
        assertThat(a.knows(Status.Code.PEER_LOST, "b") || b.knows(Status.Code.PEER_LOST, "a")).isTrue();
    }

    @Test
    void aPeerThatWasAwayForTooLongHearsHowMuchItMissed() throws Exception {
        PeerSettings settings = TestNode.SETTINGS.withRetention(Duration.ofMillis(50));
        TestNode a = node("a", settings);
        TestNode b = node("b", settings);
        link(a, b);
        Collecting there = new Collecting();
        b.hub.subscribe(List.of("t"), there);
        wanted(a, b, "t");
        a.publish("t1", "before");
        there.await(1);
        eventually(() -> a.knows(Status.Code.ENDPOINT_DISCOVERED, "b"), () -> "" + a.statuses);
        wires.cut("a", "b");
        eventually(() -> a.peer("b").state() == PeerStatus.State.LOST, () -> "never lost");
        for (int i = 0; i < 100; i++) {
            a.publish("t1", "missed");
            a.publish("t2", "missed");
        }
        eventually(() -> a.knows(Status.Code.ENDPOINT_UNREACHABLE, "b"), () -> "" + a.statuses);
        wires.heal("a", "b");
        eventually(() -> there.got.size() >= 3, () -> "" + there.got);
        a.publish("t1", "after");
        there.await(4);
        assertThat(there.got.stream().filter(Gap.class::isInstance).map(g -> g.topic() + ((Gap) g).count()))
                .containsExactlyInAnyOrder("t1100", "t2100");
        assertThat(there.got.getLast()).isInstanceOf(Message.class);
    }

    @Test
    void aSlowPeerLagsAloneWithinItsBounds() throws Exception {
        Policy small = Policy.spill().withMemoryBytes(100_000);
        TestNode a = node("a", TestNode.SETTINGS.withPolicy("", small));
        TestNode b = node("b");
        TestNode c = node("c");
        link(a, b);
        link(a, c);
        Collecting slow = new Collecting();
        Collecting fast = new Collecting();
        b.hub.subscribe(List.of("t"), slow);
        c.hub.subscribe(List.of("t"), fast);
        wanted(a, b, "t");
        wanted(a, c, "t");
        wires.cut("a", "b");
        eventually(() -> a.peer("b").state() == PeerStatus.State.AWAY, () -> "not away");
        for (int i = 0; i < 10_000; i++) {
            a.publish("t", "message " + i);
        }
        fast.await(10_000);
        assertThat(a.peer("b").queue().memoryBytes()).isLessThanOrEqualTo(100_000);
        assertThat(a.peer("b").queue().waiting()).isGreaterThan(9_000);
        wires.heal("a", "b");
        assertThat(slow.await(10_000).ordinals()).isEqualTo(LongStream.rangeClosed(1, 10_000).boxed().toList());
    }

    @Test
    void aReceiverTwoHopsAwayHoldsUpThePublisherAndLosesNothing() throws Exception {
        PeerSettings block = TestNode.SETTINGS.withPolicy("", Policy.block().withMemoryBytes(50_000));
        TestNode a = node("a", block);
        TestNode b = node("b", block);
        TestNode c = node("c", block);
        link(a, b);
        link(b, c);
        Collecting there = new Collecting();
        Subscription stopped = c.hub.subscribe(List.of("t"), there, Delivery.DEFAULT.with(Policy.block()
                .withMemoryBytes(50_000)));
        Collecting back = new Collecting();
        a.hub.subscribe(List.of("back"), back);
        wanted(a, b, "t");
        wanted(c, b, "back");
        stopped.pause();
        Client client = a.hub.client("publisher");
        int published = 0;
        int blocked = 0;
        while (blocked < 10) {
            if (client.tryPublish("t", new byte[50]) == Published.BLOCKED) {
                blocked++;
                LockSupport.parkNanos(20_000_000);
            } else {
                published++;
                blocked = 0;
            }
        }
        assertThat(published).isLessThan(60_000);
        c.publish("back", "the other direction is not held up");
        back.await(1);
        stopped.resume();
        int all = published;
        there.await(all);
        assertThat(there.got).allMatch(Message.class::isInstance);
        assertThat(there.got.getLast().ordinal()).isEqualTo(all);
    }

    @Test
    void aNodeInTheMiddleThatDiesLeavesACountedGap() throws Exception {
        TestNode a = node("a");
        TestNode b = new TestNode("b", wires, directory, TestNode.SETTINGS);
        TestNode c = node("c");
        a.peers.peer(Wires.of("b"));
        link(c, b);
        Collecting there = new Collecting();
        c.hub.subscribe(List.of("t"), there);
        wanted(a, b, "t");
        a.publish("t", "first");
        there.await(1);
        wires.cut("b", "c");
        for (int i = 0; i < 10; i++) {
            a.publish("t", "dies in b");
        }
        eventually(() -> b.peer("c").queue().added() == 11 && a.peer("b").unacknowledged() == 0,
                () -> "" + b.peers.status());
        b.close();
        wires.heal("b", "c");
        TestNode anew = node("b");
        wanted(anew, c, "t");
        wanted(a, anew, "t");
        eventually(() -> a.peers.endpoints().containsKey(anew.hub.id()), () -> "" + a.peers.endpoints());
        a.publish("t", "last");
        there.await(3);
        assertThat(((Gap) there.got.get(1)).count()).isEqualTo(10);
        assertThat(there.got.get(2).ordinal()).isEqualTo(12);
    }

    @Test
    void whoeverSubscribesWhileMessagesFlowHasNoHoleFromTheFirstOn() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        TestNode c = node("c");
        link(a, b);
        link(b, c);
        link(c, a);
        AtomicBoolean over = new AtomicBoolean();
        Thread publisher = Thread.ofVirtual().start(() -> {
            while (!over.get()) {
                a.publish("t/x", "flows");
                LockSupport.parkNanos(100_000);
            }
        });
        Collecting others = new Collecting();
        Subscription subscription = c.hub.subscribe(List.of("other"), others);
        long before = 0;
        for (int round = 0; round < 5; round++) {
            int had = others.got.size();
            subscription.add("t/");
            others.await(had + 300);
            subscription.remove("t/");
            eventually(() -> !a.isWanted("c", "t/x") && !a.isWanted("b", "t/x"), () -> "still wanted");
            long sent = a.hub.figures().published();
            eventually(() -> a.hub.figures().published() > sent + 50, () -> "nothing is published");
            List<Routed> now = others.got.subList(had, others.got.size());
            assertThat(now).allMatch(Message.class::isInstance);
            long first = now.getFirst().ordinal();
            assertThat(first).isGreaterThan(before);
            assertThat(now.stream().map(Routed::ordinal)).isEqualTo(LongStream.range(first, first + now.size()).boxed()
                    .toList());
            before = now.getLast().ordinal();
        }
        over.set(true);
        publisher.join();
    }

    @Test
    void aPolicyForAPrefixDropsOnlyThere() throws Exception {
        TestNode a = node("a", TestNode.SETTINGS.withPolicy("metrics/", Policy.dropOldest().withMemoryBytes(2_000)));
        TestNode b = node("b");
        link(a, b);
        Collecting there = new Collecting();
        b.hub.subscribe(List.of(""), there);
        wanted(a, b, "");
        wires.cut("a", "b");
        eventually(() -> a.peer("b").state() == PeerStatus.State.AWAY, () -> "not away");
        for (int i = 0; i < 1000; i++) {
            a.publish("metrics/load", "x");
            a.publish("log", "y");
        }
        wires.heal("a", "b");
        eventually(() -> there.got.stream().filter(r -> r.ordinal() == 1000).count() == 2, () -> "" + there.got.size());
        List<Routed> logs = there.got.stream().filter(r -> r.topic().equals("log")).toList();
        List<Routed> metrics = there.got.stream().filter(r -> r.topic().equals("metrics/load")).toList();
        assertThat(logs).hasSize(1000).allMatch(Message.class::isInstance);
        Gap gap = (Gap) metrics.getFirst();
        assertThat(gap.count()).isGreaterThan(900).isEqualTo(1000 - metrics.size() + 1);
    }

    @Test
    void bothSidesMayDialAndOneConnectionStays() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        a.peers.peer(Wires.of("b"));
        b.peers.peer(Wires.of("a"));
        Collecting there = new Collecting();
        b.hub.subscribe(List.of("t"), there);
        wanted(a, b, "t");
        for (int i = 0; i < 1000; i++) {
            a.publish("t", "" + i);
        }
        assertThat(there.await(1000).ordinals()).isEqualTo(LongStream.rangeClosed(1, 1000).boxed().toList());
    }

    @Test
    void theSideThatWasDialledCallsBack() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        link(a, b);
        Collecting there = new Collecting();
        a.hub.subscribe(List.of("t"), there);
        wanted(b, a, "t");
        // Without anybody who dials from a.
        a.peers.stopDialling();
        wires.cut("a", "b");
        eventually(() -> b.peer("a").state() == PeerStatus.State.AWAY, () -> "not away");
        b.publish("t", "meanwhile");
        wires.heal("a", "b");
        assertThat(there.await(1).topics()).containsExactly("t");
    }

    @Test
    void goodbyeIsHeardOnBothSidesAndEndsTheDialling() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        link(a, b);
        eventually(() -> a.knows(Status.Code.ENDPOINT_DISCOVERED, "b"), () -> "" + a.statuses);
        assertThat(b.peers.unpeer("a")).isTrue();
        eventually(() -> a.knows(Status.Code.PEER_REMOVED, "b") && b.knows(Status.Code.PEER_REMOVED, "a"),
                () -> a.statuses + " " + b.statuses);
        eventually(() -> a.knows(Status.Code.ENDPOINT_UNREACHABLE, "b"), () -> "" + a.statuses);
        assertThat(a.peers.status()).isEmpty();
        assertThat(b.peers.unpeer("nobody")).isFalse();
        assertThat(b.peers.unpeer(Wires.of("nobody"))).isFalse();
        eventually(() -> b.knows(Status.Code.PEER_INVALID, "nobody"), () -> "" + b.statuses);
    }

    @Test
    void aPeerThatStartsAnewGetsWhatTheOldOneHadNotAcknowledged() throws Exception {
        TestNode a = node("a");
        TestNode old = new TestNode("b", wires, directory, TestNode.SETTINGS);
        link(a, old);
        old.hub.subscribe(List.of("t"), new Collecting());
        wanted(a, old, "t");
        eventually(() -> a.knows(Status.Code.ENDPOINT_DISCOVERED, "b"), () -> "" + a.statuses);
        old.close();
        eventually(() -> a.peer("b").state() == PeerStatus.State.AWAY, () -> "not away");
        for (int i = 0; i < 10; i++) {
            a.publish("t", "" + i);
        }
        TestNode anew = node("b");
        Collecting there = new Collecting();
        anew.hub.subscribe(List.of("t"), there);
        assertThat(there.await(10).ordinals()).isEqualTo(LongStream.rangeClosed(1, 10).boxed().toList());
        eventually(() -> a.knows(Status.Code.ENDPOINT_UNREACHABLE, "b"), () -> "the old endpoint stays: " + a.statuses);
        eventually(() -> a.peers.endpoints().keySet().equals(Set.of(anew.hub.id())), () -> "" + a.peers.endpoints());
    }

    /** Whoever is behind a node in between hears of it at once, not when what is kept is given up. */
    @Test
    void anEndpointThatIsCutOffIsUnreachableForAllThoughWhatItWantsIsKept() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        TestNode c = node("c");
        link(a, b);
        link(b, c);
        Collecting there = new Collecting();
        c.hub.subscribe(List.of("t"), there);
        wanted(a, b, "t");
        eventually(() -> a.knows(Status.Code.ENDPOINT_DISCOVERED, "c"), () -> "" + a.statuses);
        wires.cut("b", "c");
        eventually(() -> a.knows(Status.Code.ENDPOINT_UNREACHABLE, "c"), () -> "" + a.statuses);
        assertThat(a.isWanted("b", "t")).isTrue();
        a.publish("t", "kept");
        int before = a.statuses.size();
        wires.heal("b", "c");
        there.await(1);
        eventually(() -> a.statuses.stream().skip(before).anyMatch(s -> s.code() == Status.Code.ENDPOINT_DISCOVERED),
                () -> "" + a.statuses);
    }

    @Test
    void aNameIsForOneNodeAtATimeAndNobodyIsItsOwnPeer() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        link(b, a);
        TestNode other = new TestNode("x", new Wires(), directory, TestNode.SETTINGS);
        nodes.add(other);
        TestNode again = new TestNode("b", wires, directory.resolve("again"), TestNode.SETTINGS);
        nodes.add(again);
        again.peers.peer(Wires.of("a"));
        eventually(() -> a.statuses.stream().anyMatch(s -> s.code() == Status.Code.NAME_IN_USE), () -> "" + a.statuses);
        assertThat(a.peer("b").endpoint()).isEqualTo(b.hub.id());
        a.peers.peer(Wires.of("a"));
        eventually(() -> a.statuses.stream().anyMatch(s -> s.code() == Status.Code.PEER_INVALID), () -> ""
                + a.statuses);
        a.peers.peer(Wires.of("nobody"));
        eventually(() -> a.statuses.stream().anyMatch(s -> s.code() == Status.Code.PEER_UNAVAILABLE), () -> ""
                + a.statuses);
    }
}
