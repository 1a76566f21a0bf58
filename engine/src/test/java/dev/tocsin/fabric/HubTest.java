package dev.tocsin.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubTest {
    @TempDir
    private Path directory;
    private Hub hub;
    private Client alice;
    private Client bob;

    @BeforeEach
    void open() {
        hub = new Hub("node", directory);
        alice = hub.client("alice");
        bob = hub.client("bob");
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private static byte[] payload(int n) {
        return ("payload " + n).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void aPrefixIsComparedByteByByte() {
        Collecting dogs = new Collecting();
        alice.subscribe(List.of("alice/dogs"), dogs);
        List.of("alice/cats/siamese", "alice/cats", "alice/dog", "alice", "alice/dogs/corgi", "alice/dogs",
                "Alice/dogs", "alice/dogsarecool/oratleastilikethem").forEach(t -> bob.publish(t, payload(1)));
        assertThat(dogs.await(3).topics()).containsExactly("alice/dogs/corgi", "alice/dogs",
                "alice/dogsarecool/oratleastilikethem");
    }

    @Test
    void overlappingPrefixesDeliverOnceAndTheEmptyOneCoversAll() {
        Collecting all = new Collecting();
        Subscription subscription = alice.subscribe(List.of("a/b", "a", "", "a/b/c"), all);
        bob.publish("a/b/c", payload(1));
        bob.publish("", payload(2));
        assertThat(all.await(2).topics()).containsExactly("a/b/c", "");
        assertThat(subscription.prefixes().texts()).containsExactly("");
    }

    @Test
    void aClientDoesNotHearItselfUnlessItAsks() {
        Collecting plain = new Collecting();
        Collecting echo = new Collecting();
        Collecting other = new Collecting();
        alice.subscribe(List.of("x"), plain);
        alice.subscribe(List.of("x"), echo, Delivery.DEFAULT.withEcho());
        bob.subscribe(List.of("x"), other);
        alice.publish("x1", payload(1));
        bob.publish("x2", payload(2));
        assertThat(echo.await(2).topics()).containsExactly("x1", "x2");
        assertThat(other.await(1).topics()).containsExactly("x1");
        assertThat(plain.await(1).topics()).containsExactly("x2");
    }

    @Test
    void topicsAreBytesOfALimitedNumber() {
        byte[] raw = new byte[256];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) i;
        }
        assertThat(Topics.bytes(Topics.text(raw))).isEqualTo(raw);
        assertThat(Topics.bytes(Topics.text("ä€😀\uFFFD".getBytes(java.nio.charset.StandardCharsets.UTF_8)))).isEqualTo(
                "ä€😀\uFFFD".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Collecting half = new Collecting();
        alice.subscribe(List.of(Topics.text(new byte[]{(byte) 0xC3})), half);
        bob.publish("ä", payload(1));
        bob.publish("a", payload(1));
        bob.publish("ö", payload(1));
        assertThat(half.await(2).topics()).containsExactly("ä", "ö");
        bob.publish("x".repeat(65_535), payload(1));
        assertThatThrownBy(() -> bob.publish("x".repeat(65_536), payload(1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("65535");
    }

    @Test
    void whatDoesNotFitIntoMemoryWaitsOnDiskAndComesInOrder() throws Exception {
        Collecting slow = new Collecting();
        Collecting fast = new Collecting();
        Subscription stopped = alice.subscribe(List.of(""), slow, Delivery.DEFAULT.with(Policy.spill().withMemoryBytes(
                10_000)));
        alice.subscribe(List.of(""), fast);
        stopped.pause();
        List<Published> results = new ArrayList<>();
        for (int i = 1; i <= 5000; i++) {
            results.add(bob.publish("t", payload(i)));
        }
        fast.await(5000);
        assertThat(results.getFirst()).isEqualTo(Published.ACCEPTED);
        assertThat(results.getLast()).isEqualTo(Published.SPILLED);
        assertThat(stopped.figures().memoryBytes()).isLessThanOrEqualTo(10_000);
        assertThat(stopped.figures().waiting()).isEqualTo(5000);
        stopped.resume();
        assertThat(slow.await(5000).ordinals()).isEqualTo(LongStream.rangeClosed(1, 5000).boxed().toList());
        assertThat(((Message) slow.got.get(4321)).payload()).isEqualTo(payload(4322));
        assertThat(bob.publish("t", payload(1))).isEqualTo(Published.ACCEPTED);
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void whatIsDroppedIsAnnouncedInItsPlace() {
        Collecting slow = new Collecting();
        Subscription stopped = alice.subscribe(List.of(""), slow, Delivery.DEFAULT.with(Policy.dropOldest()
                .withMemoryBytes(3_000)));
        stopped.pause();
        for (int i = 0; i < 100; i++) {
            bob.publish("a", payload(i));
            bob.publish("b", payload(i));
        }
        stopped.resume();
        Collecting.eventually(() -> slow.got.size() > 2 && slow.got.getLast().ordinal() == 100 && slow.got.getLast()
                .topic().equals("b"), () -> "" + slow.got);
        for (String topic : List.of("a", "b")) {
            List<Routed> of = slow.got.stream().filter(r -> r.topic().equals(topic)).toList();
            Gap gap = (Gap) of.getFirst();
            assertThat(gap.count()).isBetween(80L, 99L).isEqualTo(gap.ordinal());
            assertThat(of.stream().skip(1).map(Routed::ordinal)).isEqualTo(LongStream.rangeClosed(gap.count() + 1, 100)
                    .boxed().toList());
        }
        assertThat(stopped.figures().dropped()).isEqualTo(200 - slow.got.size() + 2);
    }

    @Test
    void aBlockingReceiverHoldsUpItsPublishersUntilItHasRoom() throws Exception {
        Collecting slow = new Collecting();
        Subscription stopped = alice.subscribe(List.of(""), slow, Delivery.DEFAULT.with(Policy.block()
                .withMemoryBytes(1_000)));
        stopped.pause();
        int taken = 0;
        while (bob.tryPublish("t", payload(taken)) != Published.BLOCKED) {
            taken++;
        }
        assertThat(taken).isBetween(5, 10);
        CompletableFuture<Published> waiting = new CompletableFuture<>();
        Thread publisher = Thread.ofPlatform().start(() -> waiting.complete(bob.publish("t", payload(0))));
        Collecting.eventually(() -> EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING).contains(publisher
                .getState()), () -> "" + publisher.getState());
        assertThat(waiting).isNotDone();
        stopped.resume();
        assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(Published.BLOCKED);
        assertThat(slow.await(taken + 1).got).allMatch(Message.class::isInstance).hasSize(taken + 1);
    }

    @Test
    void whoeverIsFullForTooLongLosesTheOldestAndHearsOfIt() {
        Collecting slow = new Collecting();
        Subscription stopped = alice.subscribe(List.of(""), slow, Delivery.DEFAULT.with(Policy.spill()
                .withMemoryBytes(1_000).withDiskBytes(2_000).withPatience(java.time.Duration.ofMillis(30))));
        stopped.pause();
        for (int i = 0; i < 100; i++) {
            bob.publish("t", payload(i));
        }
        stopped.resume();
        Collecting.eventually(() -> !slow.got.isEmpty() && slow.got.getLast().ordinal() == 100, () -> "" + slow.got);
        long missing = ((Gap) slow.got.getFirst()).count();
        assertThat(slow.got).hasSize((int) (101 - missing));
    }

    @Test
    void whatADeadProcessLeftIsDeletedAndNothingElse() throws Exception {
        Path left = Files.createDirectories(directory.resolve(java.util.UUID.randomUUID().toString()));
        Files.writeString(left.resolve("alice-1-0.spill"), "left");
        Path other = Files.createDirectories(directory.resolve("log"));
        Files.writeString(other.resolve("kept.spill"), "kept");
        new Hub("again", directory).close();
        assertThat(left).doesNotExist();
        assertThat(other.resolve("kept.spill")).exists();
    }

    @Test
    void prefixesChangeWhileMessagesFlow() {
        Collecting some = new Collecting();
        Subscription subscription = alice.subscribe(List.of("a"), some);
        bob.publish("a", payload(1));
        bob.publish("b", payload(2));
        subscription.add("b");
        bob.publish("b", payload(3));
        some.await(2);
        subscription.remove("a");
        bob.publish("a", payload(4));
        bob.publish("b", payload(5));
        assertThat(some.await(3).topics()).containsExactly("a", "b", "b");
        subscription.close();
        assertThat(bob.publish("b", payload(6))).isEqualTo(Published.ACCEPTED);
        assertThat(hub.interest().isEmpty()).isTrue();
    }

    @Test
    void aReceiverThatFailsIsReportedAndGetsTheNext() {
        List<Status> statuses = new java.util.concurrent.CopyOnWriteArrayList<>();
        hub.onStatus(statuses::add);
        Collecting rest = new Collecting();
        alice.subscribe(List.of(""), message -> {
            if (message.ordinal() == 1) {
                throw new IllegalStateException("on purpose");
            }
            rest.message(message);
        });
        bob.publish("t", payload(1));
        bob.publish("t", payload(2));
        rest.await(1);
        Collecting.eventually(() -> !statuses.isEmpty(), () -> "no status");
        assertThat(statuses.getFirst().code()).isEqualTo(Status.Code.RECEIVER_FAILED);
        assertThat(statuses.getFirst().text()).contains("on purpose");
    }
}
