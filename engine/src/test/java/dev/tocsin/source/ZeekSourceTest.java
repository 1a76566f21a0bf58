package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.event.Json;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ZeekLogBatch;
import dev.tocsin.fabric.data.ZeekLogBatch.Field;
import dev.tocsin.fabric.zmq.ZeekProxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A Zeek cluster sends its logs and events, with the sockets that it has. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class ZeekSourceTest {
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final String ANY = "127.0.0.1:0";

    @TempDir
    Path directory;

    private final ZContext zeek = new ZContext();
    private final List<ZeekSource> sources = new ArrayList<>();

    private ZeekSource start(FakeAppender log, String node, ZeekSourceConfig.@Nullable Cluster cluster) {
        Hub hub = new Hub(node, directory.resolve(node));
        ZeekSource source = new ZeekSource("zeek", new ZeekSourceConfig(Endpoint.parse(ANY), "acme", "zeek",
                LogSourceHint.NONE, null, ByteSize.parse("1KiB"), ByteSize.parse("1MiB"), ByteSize.parse("64KiB"),
                ByteSize.parse("64MiB"),
                false,
                cluster), hub, new Collector("main", node, 3, log, InstantSource.system()));
        sources.add(source);
        source.start();
        return source;
    }

    @AfterEach
    void close() {
        sources.forEach(ZeekSource::close);
        zeek.close();
    }

    private ZMQ.Socket push(ZeekSource... to) {
        ZMQ.Socket push = zeek.createSocket(SocketType.PUSH);
        push.setSndHWM(1_000);
        push.setHandshakeIvl(ZeekProxy.HANDSHAKE_MILLIS);
        for (ZeekSource one : to) {
            push.connect("tcp://127.0.0.1:" + one.port());
        }
        return push;
    }

    private static byte[] batch(Value... uids) {
        return new ZeekLogBatch("Conn::LOG", "Log::WRITER_ASCII", "default", "conn",
                List.of(new Field("ts", 5, 0), new Field("uid", 7, 0)),
                Arrays.stream(uids).map(u -> List.<Value>of(new Value.Timestamp(1_500_000_000L), u)).toList())
                .write();
    }

    private static void send(ZMQ.Socket push, byte[] payload) {
        for (String part : List.of("log-write", "zeromq_worker-1_h_7_N", "zeek-bin-serializer")) {
            push.send(part.getBytes(StandardCharsets.UTF_8), ZMQ.SNDMORE);
        }
        push.send(payload, 0);
    }

    private static List<String> uids(FakeAppender log) {
        return log.originals().stream().map(o -> Json.read(o).path("uid").asString()).toList();
    }

    @Test
    void eachRecordIsAnEventOfItsOwnHoweverEqual() {
        FakeAppender log = new FakeAppender();
        ZeekSource source = start(log, "n1", null);
        send(push(source), batch(Value.of("C1"), Value.of("C1"), Value.of("C2")));
        await().atMost(LONG).until(() -> log.size() == 3);
        String line = "{\"_path\":\"conn\",\"_stream\":\"Conn::LOG\",\"_writer\":\"Log::WRITER_ASCII\","
                + "\"_node\":\"zeromq_worker-1_h_7_N\",\"ts\":1.5,\"uid\":\"C1\"}";
        assertThat(log.originals()).containsExactly(line, line, line.replace("C1", "C2"));
        assertThat(log.ids()).hasSize(3);
        assertThat(log.bodies().getFirst().path("tocsin").path("format").asString()).isEqualTo("zeek");
        assertThat(log.bodies().getFirst().path("tocsin").path("transport").asString()).isEqualTo("zeek");
        assertThat(log.events().getFirst().customer()).isEqualTo("acme");
        await().atMost(LONG).until(() -> source.status().durable() == 3);
        assertThat(source.status().state()).isEqualTo("running");
    }

    /** Two loggers at the same time, the same count, equal records: still two names. */
    @Test
    void loggersNameApart() {
        FakeAppender one = new FakeAppender();
        FakeAppender two = new FakeAppender();
        send(push(start(one, "n1", null)), batch(Value.of("C1")));
        send(push(start(two, "n2", null)), batch(Value.of("C1")));
        await().atMost(LONG).until(() -> one.size() == 1 && two.size() == 1);
        assertThat(one.originals()).isEqualTo(two.originals());
        assertThat(one.ids()).doesNotContainAnyElementsOf(two.ids());
    }

    @Test
    void whatCannotBeUnderstoodIsKeptWithTheCause() {
        FakeAppender log = new FakeAppender();
        ZeekSource source = start(log, "n1", null);
        ZMQ.Socket push = push(source);
        byte[] broken = Arrays.copyOf(batch(Value.of("C1")), 60);
        broken[59] = (byte) 0xff;
        send(push, broken);
        push.send("nonsense");
        send(push, batch(Value.of("x".repeat(2_000)), Value.of("C2")));
        await().atMost(LONG).until(() -> log.dead().size() == 3 && log.size() == 1);
        assertThat(log.causes().getFirst()).startsWith("not a log batch of Zeek from zeromq_worker-1_h_7_N: ");
        assertThat(log.causes().get(1)).contains("not a log-write of 4 parts");
        assertThat(log.causes().get(2)).contains("more than message_max (1.0 KiB)");
        assertThat(Base64.getDecoder().decode(Json.read(log.dead().getFirst().event().json()).path("tocsin")
                .path("original_base64").asString())).isEqualTo(broken);
        assertThat(log.deadOriginals().get(1)).isEqualTo("nonsense");
        assertThat(uids(log)).containsExactly("C2");
        await().atMost(LONG).until(() -> source.status().dead() == 3);
    }

    @Test
    void nothingMoreIsTakenThanMayBeLostWhileTheLogIsSlow() {
        FakeAppender log = new FakeAppender();
        log.hold();
        ZeekSource source = start(log, "n1", null);
        ZMQ.Socket push = push(source);
        push.setSndHWM(0);
        for (int i = 0; i < 500; i++) {
            send(push, batch(Value.of("C" + i)));
        }
        await().atMost(LONG).until(() -> log.size() == 16);
        await().during(Duration.ofMillis(500)).atMost(LONG).until(() -> log.size() == 16);
        assertThat(source.status().durable()).isZero();
        log.release();
        await().atMost(LONG).until(() -> source.status().durable() == 500);
        assertThat(uids(log)).isEqualTo(IntStream.range(0, 500).mapToObj(i -> "C" + i).toList());
    }

    /** Batches go round; when one logger stops in good order and nobody sends at that moment, all are somewhere, once. */
    @Test
    void twoLoggersShareAndTheOtherTakesOver() {
        FakeAppender one = new FakeAppender();
        FakeAppender two = new FakeAppender();
        ZeekSource first = start(one, "n1", null);
        ZeekSource second = start(two, "n2", null);
        ZMQ.Socket push = push(first, second);
        int sent = 0;
        while (one.size() < 100 || two.size() < 100) {
            send(push, batch(Value.of("C" + sent++)));
            if (sent % 50 == 0) {
                int soFar = sent;
                await().atMost(LONG).until(() -> one.size() + two.size() == soFar);
            }
        }
        int before = sent;
        await().atMost(LONG).until(() -> one.size() + two.size() == before);
        first.close();
        int left = one.size();
        // A sender that has not heard of it yet may give one more to the dead; those wait there, none is in two places.
        for (int i = 0; i < 100; i++) {
            send(push, batch(Value.of("C" + sent++)));
        }
        await().atMost(LONG).until(() -> two.size() > before - left + 40);
        List<String> all = new ArrayList<>(uids(one));
        all.addAll(uids(two));
        assertThat(all).doesNotHaveDuplicates();
        assertThat(one.size()).isEqualTo(left);
    }

    @Test
    void eventsOfTheClusterComeAndGo() throws Exception {
        try (ZeekProxy proxy = new ZeekProxy()) {
            FakeAppender log = new FakeAppender();
            start(log, "n1", new ZeekSourceConfig.Cluster(new Endpoint("127.0.0.1", proxy.subscribeAt),
                    new Endpoint("127.0.0.1", proxy.publishAt), List.of("zeek/block"), List.of("tocsin/")));
            ZMQ.Socket worker = zeek.createSocket(SocketType.PUB);
            worker.setHandshakeIvl(ZeekProxy.HANDSHAKE_MILLIS);
            worker.connect("tcp://127.0.0.1:" + proxy.publishAt);
            EventCall call = new EventCall("blocked", List.of(Value.of("10.0.0.1"), Value.count(3)),
                    List.of(new EventCall.Metadata(EventCall.NETWORK_TIME, new Value.Timestamp(2_500_000_000L))));
            await().atMost(LONG).until(() -> {
                for (byte[] payload : List.of(BinValues.write(call.toValue()), BinValues.write(Value.count(1)))) {
                    for (String part : List.of("zeek/block/x", "worker-1", "broker-bin-v1")) {
                        worker.send(part, ZMQ.SNDMORE);
                    }
                    worker.send(payload, 0);
                }
                return log.size() > 0 && !log.dead().isEmpty();
            });
            assertThat(log.originals().getFirst()).isEqualTo(
                    "{\"_topic\":\"zeek/block/x\",\"ts\":2.5,\"event\":\"blocked\",\"args\":[\"10.0.0.1\",3]}");
            assertThat(log.causes().getFirst()).isEqualTo("what came on topic zeek/block/x is no event of Zeek");
        }
    }

    @Test
    void aPortInUseIsSaid() {
        ZeekSource first = start(new FakeAppender(), "n1", null);
        ZeekSource second = new ZeekSource("other",
                new ZeekSourceConfig(new Endpoint("127.0.0.1", first.port()), "acme",
                        "zeek", LogSourceHint.NONE, null, ByteSize.parse("1KiB"), ByteSize.parse("1MiB"),
                        ByteSize.parse("64KiB"),
                        ByteSize.parse("64MiB"), false, null),
                new Hub("n", directory.resolve("n")),
                new Collector("main", "n", 1, new FakeAppender(), InstantSource.system()));
        assertThatThrownBy(second::start).isInstanceOf(SourceException.class)
                .hasMessageContaining("source other: cannot listen for Zeek's logs on tcp://127.0.0.1:" + first.port());
    }
}
