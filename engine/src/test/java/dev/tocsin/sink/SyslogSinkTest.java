package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SyslogSinkTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private final SinkCounts counts = new SinkCounts();
    private final List<SyslogSink> open = new ArrayList<>();

    static SyslogSinkConfig config(String framing, int rfc, SinkFormat format, String messageMax, int port) {
        return new SyslogSinkConfig(SinkStream.ALERTS, new Endpoint("127.0.0.1", port), SyslogSinkConfig.Transport.TCP,
                SyslogSinkConfig.Framing.valueOf(framing.toUpperCase(Locale.ROOT)), rfc,
                SyslogSinkConfig.Facility.LOCAL0, format, ByteSize.parse(messageMax), null, false);
    }

    private SyslogSink sink(SyslogSinkConfig config) {
        SyslogSink sink = new SyslogSink(config, "n1", counts, Duration.ofMillis(300));
        open.add(sink);
        sink.assigned(0, new FakeState());
        return sink;
    }

    @AfterEach
    void close() {
        open.forEach(SyslogSink::close);
    }

    private static void write(SyslogSink sink, int from, int to) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(Events.event(n, "{\"message\":\"m" + n + "\"}"));
        }
        FakeOutput out = new FakeOutput();
        sink.handle(0, events, out);
        assertThat(out.calls()).hasSize(to - from).containsOnly("done");
        sink.flush(Commit.NONE);
    }

    private static List<String> numbers(int from, int to) {
        List<String> out = new ArrayList<>();
        for (int n = from; n < to; n++) {
            out.add("m" + n);
        }
        return out;
    }

    /** Takes one connection and keeps what comes, until it is closed. */
    private static final class Receiver implements AutoCloseable {
        private final ServerSocket server;
        private final List<String> lines = new ArrayList<>();
        private volatile Socket connection = new Socket();

        Receiver(int port) throws IOException {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new java.net.InetSocketAddress(HERE, port));
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try {
                connection = server.accept();
                var in = new java.io.BufferedReader(
                        new java.io.InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    synchronized (lines) {
                        lines.add(line);
                    }
                }
            } catch (IOException _) {
                // Closed by the test.
            }
        }

        /** What stands in the messages behind {@code message="}. */
        List<String> texts() {
            synchronized (lines) {
                return lines.stream().map(l -> l.replaceFirst(".*message=\"([^\"]*)\".*", "$1")).toList();
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
            connection.close();
        }
    }

    @Test
    void aReceiverThatGoesAwayAndComesBackGetsEverything() throws IOException {
        Receiver first = new Receiver(0);
        SyslogSink sink = sink(config("newline", 5424, SinkFormat.KV, "64KiB", first.port()));
        write(sink, 0, 100);
        await().until(() -> first.texts().size() == 100);
        first.close();

        assertThatThrownBy(() -> write(sink, 100, 200)).isInstanceOf(IOException.class)
                .hasMessageContaining("cannot send to 127.0.0.1:" + first.port());
        assertThat(counts.delivered()).isEqualTo(100);

        try (Receiver second = new Receiver(first.port())) {
            // As the loop does: from the last commit.
            sink.assigned(0, new FakeState());
            write(sink, 100, 200);
            await().until(() -> second.texts().size() == 100);
            assertThat(first.texts()).isEqualTo(numbers(0, 100));
            assertThat(second.texts()).isEqualTo(numbers(100, 200));
            assertThat(counts.delivered()).isEqualTo(200);
            assertThat(counts.redelivered()).isZero();
        }
    }

    @Test
    void whatWasSentBeforeACommitFailedIsSentAgainAndCounted() throws IOException {
        try (Receiver receiver = new Receiver(0)) {
            SyslogSink sink = sink(config("newline", 5424, SinkFormat.KV, "64KiB", receiver.port()));
            write(sink, 0, 10);
            write(sink, 10, 20);
            sink.assigned(0, new FakeState());
            write(sink, 10, 25);
            write(sink, 25, 30);
            await().until(() -> receiver.texts().size() == 40);
            assertThat(receiver.texts().subList(20, 40)).isEqualTo(numbers(10, 30));
            write(sink, 10, 11);
            assertThat(counts.delivered()).as("what was committed is not remembered").isEqualTo(41);
            assertThat(counts.redelivered()).isEqualTo(10);
        }
    }

    @Test
    void aReceiverThatTakesNothingIsGivenUpAndItsMessagesComeAgain() throws IOException {
        String big = "{\"message\":\"" + "x".repeat(1_000_000) + "\"}";
        List<Event> events = List.of(Events.event(1, big), Events.event(2, big), Events.event(3, big),
                Events.event(4, big), Events.event(5, big), Events.event(6, big), Events.event(7, big),
                Events.event(8, big), Events.event(9, big), Events.event(10, big));
        try (ServerSocket deaf = new ServerSocket(0, 5, HERE)) {
            deaf.setReceiveBufferSize(64 * 1024);
            SyslogSink sink = sink(config("octets", 5424, SinkFormat.JSON, "2MiB", deaf.getLocalPort()));
            sink.handle(0, events, new FakeOutput());
            assertThatThrownBy(() -> sink.flush(Commit.NONE)).hasMessageContaining("took nothing for 300 ms");
            long before = counts.delivered();
            assertThat(before).isLessThan(10);
            deaf.accept().close();
            sink.assigned(0, new FakeState());
            sink.handle(0, events, new FakeOutput());
            Thread reader = Thread.ofVirtual().start(() -> {
                try (Socket socket = deaf.accept()) {
                    socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            sink.flush(Commit.NONE);
            sink.close();
            await().until(() -> !reader.isAlive());
            assertThat(counts.delivered()).isEqualTo(10 + before);
            assertThat(counts.redelivered()).isEqualTo(before);
        }
    }

    private static SyslogSinkConfig udp(int port) {
        return new SyslogSinkConfig(SinkStream.EVENTS, new Endpoint("127.0.0.1", port), SyslogSinkConfig.Transport.UDP,
                SyslogSinkConfig.Framing.OCTETS, 3164, SyslogSinkConfig.Facility.AUTHPRIV, SinkFormat.CEF,
                new ByteSize(1 << 20), null, false);
    }

    private static String receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return StrictLines.utf8(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    @Test
    void udpIsOneDatagramEachAndNeverSentAgain() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, HERE)) {
            SyslogSink sink = sink(udp(socket.getLocalPort()));
            write(sink, 0, 2);
            sink.assigned(0, new FakeState());
            write(sink, 0, 3);
            for (int n = 0; n < 3; n++) {
                assertThat(receive(socket)).startsWith("<86>Mar  4 05:06:07 n1 tocsin: CEF:0|Tocsin|Tocsin|")
                        .endsWith(" msg=m" + n + " cs2=acme cs2Label=customer cs3=fw cs3Label=source");
            }
            assertThat(counts.delivered()).isEqualTo(3);
            assertThat(counts.redelivered()).isZero();
        }
    }

    @Test
    void udpDoesNotNoticeThatNobodyListens() throws IOException {
        int port;
        try (DatagramSocket socket = new DatagramSocket(0, HERE)) {
            port = socket.getLocalPort();
        }
        SyslogSink sink = sink(udp(port));
        write(sink, 0, 10);
        write(sink, 10, 20);
        assertThat(counts.delivered()).isEqualTo(20);
    }

    @Test
    void aMessageThatNoDatagramHoldsIsCutBetweenCharactersAndCounted() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, HERE)) {
            SyslogSink sink = sink(udp(socket.getLocalPort()));
            sink.handle(0, List.of(Events.event(1, "{\"message\":\"" + "日".repeat(60_000) + "\"}")), new FakeOutput());
            sink.flush(Commit.NONE);
            assertThat(receive(socket).getBytes(StandardCharsets.UTF_8).length)
                    .isBetween(SyslogMessage.DATAGRAM_MAX - 2, SyslogMessage.DATAGRAM_MAX);
            assertThat(counts.shortened()).isEqualTo(1);
        }
    }

    @Test
    void aNameThatStandsForNothingMakesItWait() {
        SyslogSink sink = sink(new SyslogSinkConfig(SinkStream.ALERTS, new Endpoint("siem.invalid", 514),
                SyslogSinkConfig.Transport.TCP, SyslogSinkConfig.Framing.OCTETS, 5424,
                SyslogSinkConfig.Facility.LOCAL0, SinkFormat.CEF, new ByteSize(8192), null, true));
        assertThatThrownBy(() -> write(sink, 0, 1)).hasMessage(
                "cannot send to siem.invalid:514: the name siem.invalid stands for no address");
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> config("octets", 5425, SinkFormat.CEF, "8KiB", 514)).hasMessageContaining("rfc");
        assertThatThrownBy(() -> config("octets", 3164, SinkFormat.TEXT, "8KiB", 514)).hasMessageContaining("text");
        assertThatThrownBy(() -> config("octets", 5424, SinkFormat.CEF, "8KiB", 0)).hasMessageContaining("port");
        assertThatThrownBy(() -> config("octets", 5424, SinkFormat.CEF, "100", 514)).hasMessageContaining("480");
    }
}
