package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.event.Event;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SyslogSourceTest {
    private final FakeAppender log = new FakeAppender();
    private final Collector collector = new Collector("main", "n1", 3, log, InstantSource.system());
    private SyslogSource source = source(config("64MiB", 10_000, Duration.ofHours(1)));

    private static SyslogSourceConfig config(String inFlight, int connections, Duration idle) {
        return new SyslogSourceConfig(new Endpoint("127.0.0.1", 0), "acme", "auto",
                new LogSourceHint("linux", null, null), null, ByteSize.parse("100KiB"), connections, idle,
                ByteSize.parse(inFlight), null, false);
    }

    private SyslogSource source(SyslogSourceConfig config) {
        return new SyslogSource("fw", config, collector);
    }

    private void start() {
        source.start();
    }

    @AfterEach
    void close() {
        log.unblock();
        log.release();
        source.close();
    }

    private Socket connect() throws IOException {
        return new Socket("127.0.0.1", source.port());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    @Test
    void aTcpMessageBecomesAnIntakeEventWithItsWay() throws IOException {
        start();
        try (Socket s = connect()) {
            send(s, "<13>1 2026-01-02T03:04:05Z host app - - - grüße\n");
            await().until(() -> log.size() == 1);
        }
        Event event = log.events().getFirst();
        JsonNode body = log.bodies().getFirst();
        assertThat(event.customer()).isEqualTo("acme");
        assertThat(event.source()).isEqualTo("fw");
        assertThat(event.key()).isEqualTo("fw/127.0.0.1");
        assertThat(event.origin().toString()).isEqualTo("main/n1/3/1");
        assertThat(event.logSource().toString()).isEqualTo("product=linux");
        assertThat(body.at("/event/original").asString()).endsWith("grüße");
        assertThat(body.at("/event/created").asString()).isEqualTo(event.time().toString());
        assertThat(body.at("/@timestamp")).isEqualTo(body.at("/event/created"));
        assertThat(body.at("/tocsin/transport").asString()).isEqualTo("tcp");
        assertThat(body.at("/tocsin/peer").asString()).isEqualTo("127.0.0.1");
        assertThat(body.at("/tocsin/logsource/product").asString()).isEqualTo("linux");
        assertThat(body.at("/tocsin").has("original_base64")).isFalse();
        await().until(() -> source.status().durable() == 1);
        assertThat(source.status().state()).isEqualTo("running");
    }

    @Test
    void bytesThatAreNotUtf8AreKeptWhole() throws IOException {
        start();
        byte[] message = {'<', '1', '3', '>', (byte) 0xff, (byte) 0xfe, 'x', 0x1b, '[', 'm', '\n'};
        try (Socket s = connect()) {
            s.getOutputStream().write(message);
            await().until(() -> log.size() == 1);
        }
        JsonNode body = log.bodies().getFirst();
        assertThat(body.at("/tocsin/original_base64").binaryValue()).isEqualTo(
                java.util.Arrays.copyOf(message, message.length - 1));
        assertThat(body.at("/event/original").asString()).isEqualTo("<13>\u00ff\u00fex\u001b[m");
    }

    @Test
    void aMessageThatWasSaidBeforeARestartIsAnotherEvent() throws IOException {
        start();
        for (long epoch = 4; epoch < 6; epoch++) {
            try (Socket s = connect()) {
                send(s, "<13>login failed\n");
            }
            int so = (int) epoch - 3;
            await().until(() -> log.events().size() == so);
            source.close();
            source = new SyslogSource("fw", config("64MiB", 10_000, Duration.ofHours(1)),
                    new Collector("main", "n1", epoch, log, InstantSource.system()));
            start();
        }
        assertThat(log.events()).extracting(e -> e.id()).doesNotHaveDuplicates();
    }

    @Test
    void aMessageThatCarriesATimeHasOneNameAtTwoSites() {
        Feed feed = new Feed("acme", "fw", "auto", LogSourceHint.NONE, "tcp");
        Collector here = new Collector("here", "n1", 4, log, InstantSource.system());
        Collector there = new Collector("there", "n9", 77, log, InstantSource.system());
        byte[] timed = "<13>Nov 21 07:31:11 web-01 sshd: failed".getBytes(StandardCharsets.UTF_8);
        byte[] timeless = "<13>failed 12:34".getBytes(StandardCharsets.UTF_8);
        assertThat(here.nameOnce(feed, List.of(timed))).isEqualTo(there.nameOnce(feed, List.of(timed)));
        assertThat(here.nameOnce(feed, List.of(timed))).isEqualTo(there.nameOnce(feed, List.of(timed)));
        assertThat(here.nameOnce(feed, List.of(timed))).isNotEqualTo(here.nameOnce(feed, List.of(timed)));
        assertThat(here.nameOnce(feed, List.of(timeless))).isNotEqualTo(there.nameOnce(feed, List.of(timeless)));
    }

    @Test
    void equalMessagesAreDifferentEventsAndNumbersHaveNoHole() throws IOException {
        start();
        try (Socket s = connect(); Socket t = connect()) {
            for (int i = 0; i < 50; i++) {
                send(s, "<13>same\n");
                send(t, "9 <13>same\n");
            }
        }
        await().until(() -> log.size() == 100);
        assertThat(log.ids()).hasSize(100);
        assertThat(log.events().stream().map(e -> e.origin().sequence()).sorted().toList())
                .isEqualTo(IntStream.rangeClosed(1, 100).mapToObj(i -> (long) i).toList());
    }

    @Test
    void whatCannotBeAnEventIsADeadLetterAndTheStreamGoesOn() throws IOException {
        start();
        try (Socket s = connect()) {
            send(s, "x".repeat(200_000) + "\n<13>next\n");
            send(s, "50 <13>cut");
        }
        await().until(() -> log.size() == 1 && log.dead().size() == 2);
        assertThat(log.originals()).containsExactly("<13>next");
        assertThat(log.causes().get(0)).contains("200000 bytes", "message_max (100.0 KiB)");
        assertThat(log.causes().get(1)).contains("7 of the 50");
        await().until(() -> source.status().durable() == 3);
        assertThat(source.status().dead()).isEqualTo(2);
    }

    @Test
    void aSlowLogStopsTheReadingAndNothingIsLost() throws Exception {
        source = source(config("1MiB", 10, Duration.ofHours(1)));
        start();
        log.hold();
        String line = "<13>" + "a".repeat(995) + "\n";
        Thread sender;
        try (Socket s = connect()) {
            sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 20_000; i++) {
                        send(s, line);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            await().until(() -> source.status().state().equals("waiting"));
            // 1 MiB is under way, one read waits; the rest is in the sockets and at the sender.
            assertThat(log.size()).isLessThan(2000);
            assertThat(sender.isAlive()).isTrue();
            log.release();
            sender.join();
        }
        await().until(() -> log.size() == 20_000);
        await().until(() -> source.status().durable() == 20_000);
    }

    @Test
    void aThousandIdleConnectionsDoNotDisturbOneThatSends() throws IOException {
        start();
        List<Socket> idle = new ArrayList<>();
        try (Socket busy = connect()) {
            for (int i = 0; i < 1000; i++) {
                idle.add(connect());
            }
            for (int i = 0; i < 100; i++) {
                send(busy, "<13>event " + i + "\n");
            }
            await().until(() -> log.size() == 100);
            send(idle.get(777), "<13>not so idle\n");
            await().until(() -> log.size() == 101);
        } finally {
            for (Socket s : idle) {
                s.close();
            }
        }
    }

    @Test
    void connectionsBeyondTheCapAndIdleOnesAreClosed() throws IOException {
        source = source(config("64MiB", 1, Duration.ofMillis(200)));
        start();
        try (Socket first = connect(); Socket second = connect()) {
            assertThat(second.getInputStream().read()).isEqualTo(-1);
            assertThat(source.status().error()).contains("connections_max");
            send(first, "<13>a line without an end");
            assertThat(first.getInputStream().read()).isEqualTo(-1);
        }
        await().until(() -> log.originals().equals(List.of("<13>a line without an end")));
    }

    @Test
    void aBurstOfDatagramsArrivesWholeWhileTheLogIsSlow() throws IOException {
        start();
        log.block();
        int count = 2000;
        try (DatagramSocket udp = new DatagramSocket()) {
            for (int i = 0; i < count; i++) {
                byte[] m = ("<13>datagram " + i + "\n").getBytes(StandardCharsets.UTF_8);
                udp.send(new DatagramPacket(m, m.length, InetAddress.getLoopbackAddress(), source.port()));
            }
            log.unblock();
            await().until(() -> log.size() + source.status().lost() >= count);
        }
        assertThat(source.status().lost()).isZero();
        assertThat(log.originals()).containsExactlyElementsOf(
                IntStream.range(0, count).mapToObj(i -> "<13>datagram " + i).toList());
        assertThat(log.calls()).isLessThan(count);
        assertThat(log.bodies().getFirst().at("/tocsin/transport").asString()).isEqualTo("udp");
    }

    @Test
    void whatTheKernelDropsIsCounted() throws IOException {
        source = source(config("1MiB", 10, Duration.ofHours(1)));
        start();
        log.hold();
        byte[] big = new byte[60_000];
        java.util.Arrays.fill(big, (byte) 'x');
        int count = 1500;
        try (DatagramSocket udp = new DatagramSocket()) {
            for (int i = 0; i < count; i++) {
                udp.send(new DatagramPacket(big, big.length, InetAddress.getLoopbackAddress(), source.port()));
            }
        }
        log.release();
        await().until(() -> log.size() + source.status().lost() == count);
        assertThat(source.status().lost()).isPositive();
    }

    @Test
    void closingHandsOverWhatWasReadAndWaitsUntilItIsDurable() throws Exception {
        start();
        log.hold();
        Thread closing;
        try (Socket s = connect()) {
            send(s, "<13>one\n<13>unended");
            await().until(() -> log.size() == 1);
            closing = Thread.ofVirtual().start(source::close);
            await().until(() -> log.size() == 2);
            assertThat(closing.isAlive()).isTrue();
            log.release();
            closing.join();
        }
        assertThat(log.originals()).containsExactly("<13>one", "<13>unended");
        assertThat(source.status().state()).isEqualTo("stopped");
    }

    @Test
    void anAddressInUseIsSaidAtStart() {
        start();
        SyslogSourceConfig taken = new SyslogSourceConfig(new Endpoint("127.0.0.1", source.port()), "main", "auto",
                LogSourceHint.NONE, null, ByteSize.parse("1MiB"), 10, Duration.ofHours(1), ByteSize.parse("1MiB"), null,
                false);
        assertThatThrownBy(() -> source(taken).start()).isInstanceOf(SourceException.class)
                .hasMessageContaining("127.0.0.1:" + source.port());
    }
}
