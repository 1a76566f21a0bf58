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
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** RFC 5425, against a receiver that takes nothing but what the RFC allows. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SyslogTlsTest {
    @TempDir
    static Path directory;

    private static Pems receiver;
    private static Pems sender;
    private static Pems stranger;
    private final SinkCounts counts = new SinkCounts();

    @BeforeAll
    static void certificates() throws Exception {
        receiver = Pems.make(directory, "receiver", "dns:localhost,ip:127.0.0.1");
        sender = Pems.make(directory, "sender", "dns:sender.example");
        stranger = Pems.make(directory, "stranger", "dns:other.example");
    }

    /** Reads {@code length SP message} and nothing else. */
    private static final class Receiver implements AutoCloseable {
        private final SSLServerSocket server;
        private final List<String> messages = new CopyOnWriteArrayList<>();
        private final List<String> troubles = new CopyOnWriteArrayList<>();
        private final List<SSLSocket> open = new CopyOnWriteArrayList<>();

        Receiver(Pems own, boolean asks, int port) throws Exception {
            server = (SSLServerSocket) own.server(sender.store()).getServerSocketFactory().createServerSocket(port, 5,
                    InetAddress.getLoopbackAddress());
            server.setNeedClientAuth(asks);
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try {
                        SSLSocket socket = (SSLSocket) server.accept();
                        open.add(socket);
                        Thread.ofVirtual().start(() -> read(socket));
                    } catch (IOException _) {
                        return;
                    }
                }
            });
        }

        private void read(SSLSocket socket) {
            try (socket) {
                InputStream in = socket.getInputStream();
                for (int c = in.read(); c >= 0; c = in.read()) {
                    int length = 0;
                    for (; c != ' '; c = in.read()) {
                        if (c < '0' || c > '9') {
                            throw new IOException("not a length: " + (char) c);
                        }
                        length = 10 * length + c - '0';
                    }
                    messages.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                troubles.add(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (SSLSocket socket : open) {
                socket.close();
            }
        }
    }

    private SyslogSink sink(int port, @Nullable TlsConfig tls) {
        SyslogSink sink = new SyslogSink(new SyslogSinkConfig(SinkStream.ALERTS, new Endpoint("127.0.0.1", port),
                SyslogSinkConfig.Transport.TLS, SyslogSinkConfig.Framing.OCTETS, 5424,
                SyslogSinkConfig.Facility.LOCAL0, SinkFormat.KV, ByteSize.parse("64KiB"), tls, false), "n1", counts,
                Duration.ofSeconds(2));
        sink.assigned(0, new FakeState());
        return sink;
    }

    private static void write(SyslogSink sink, int from, int to) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(Events.event(n, "{\"message\":\"m" + n + "ü\"}"));
        }
        sink.assigned(0, new FakeState());
        sink.handle(0, events, new FakeOutput());
        sink.flush(Commit.NONE);
    }

    @Test
    void bothSidesKnowEachOtherAndEveryMessageArrivesWhole() throws Exception {
        try (Receiver at = new Receiver(receiver, true, 0)) {
            SyslogSink sink = sink(at.server.getLocalPort(),
                    new TlsConfig(receiver.certificate(), sender.certificate(), sender.key(), true));
            write(sink, 0, 500);
            write(sink, 500, 501);
            sink.close();
            await().until(() -> at.messages.size() == 501);
            for (int n = 0; n < 501; n++) {
                assertThat(at.messages.get(n)).contains("message=\"m" + n + "ü\"");
            }
            assertThat(at.troubles).isEmpty();
            assertThat(counts.delivered()).isEqualTo(501);
            assertThat(counts.redelivered() + counts.unknown()).isZero();
        }
    }

    @Test
    void aReceiverThatComesBackGetsWhatWasNotSent() throws Exception {
        Receiver first = new Receiver(receiver, false, 0);
        int port = first.server.getLocalPort();
        SyslogSink sink = sink(port, new TlsConfig(receiver.certificate(), null, null, true));
        write(sink, 0, 10);
        await().until(() -> first.messages.size() == 10);
        first.close();
        // Nobody acknowledges, so what is written before the sink has heard of the end goes nowhere.
        await().untilAsserted(() -> assertThatThrownBy(() -> write(sink, 10, 20))
                .hasMessageContaining("cannot send to 127.0.0.1:" + port));
        try (Receiver second = new Receiver(receiver, false, port)) {
            write(sink, 10, 20);
            await().until(() -> second.messages.size() == 10);
            assertThat(second.messages.getFirst()).contains("m10");
        }
        sink.close();
    }

    @Test
    void aReceiverThatNobodyVouchesForGetsNothing() throws Exception {
        try (Receiver at = new Receiver(receiver, false, 0)) {
            SyslogSink sink = sink(at.server.getLocalPort(), null);
            assertThatThrownBy(() -> write(sink, 0, 1)).hasMessageContaining("no TLS with it")
                    .hasMessageContaining("certification path");
            assertThat(at.messages).isEmpty();
            assertThat(counts.delivered()).isZero();
        }
    }

    @Test
    void aCertificateForAnotherNameIsTakenOnlyWhenTold() throws Exception {
        try (Receiver at = new Receiver(stranger, false, 0)) {
            TlsConfig strict = new TlsConfig(stranger.certificate(), null, null, true);
            assertThatThrownBy(() -> write(sink(at.server.getLocalPort(), strict), 0, 1))
                    .hasMessageContaining("No subject alternative names matching IP address 127.0.0.1");
            write(sink(at.server.getLocalPort(), new TlsConfig(stranger.certificate(), null, null, false)), 0, 1);
            await().until(() -> at.messages.size() == 1);
            TlsConfig other = new TlsConfig(receiver.certificate(), null, null, false);
            assertThatThrownBy(() -> write(sink(at.server.getLocalPort(), other), 1, 2))
                    .as("the authority is looked at even then").hasMessageContaining("no TLS with it");
        }
    }

    /** With TLS 1.3 the handshake is over for the sender before the receiver has seen that the certificate is missing. */
    @Test
    void aSenderThatIsNotKnownLosesNothing() throws Exception {
        try (Receiver at = new Receiver(receiver, true, 0)) {
            SyslogSink sink = sink(at.server.getLocalPort(), new TlsConfig(receiver.certificate(), null, null, true));
            assertThatThrownBy(() -> write(sink, 0, 1)).hasMessageContaining("cannot send to");
            TlsConfig wrong = new TlsConfig(receiver.certificate(), stranger.certificate(), stranger.key(), true);
            assertThatThrownBy(() -> write(sink(at.server.getLocalPort(), wrong), 0, 1))
                    .hasMessageContaining("cannot send to");
            assertThat(at.messages).isEmpty();
            assertThat(counts.delivered()).isZero();
        }
    }

    @Test
    void whatIsWrongWithAFileIsSaid() throws Exception {
        Path nothing = Files.writeString(directory.resolve("nothing.pem"), "hello");
        Path old = Files.writeString(directory.resolve("old.key"),
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assertThatThrownBy(() -> TlsContext.of(new TlsConfig(directory.resolve("none.pem"), null, null, true)))
                .hasMessageContaining("cannot read").hasMessageContaining("none.pem");
        assertThatThrownBy(() -> TlsContext.of(new TlsConfig(nothing, null, null, true)))
                .hasMessageContaining("nothing.pem");
        assertThatThrownBy(() -> TlsContext.of(new TlsConfig(null, sender.certificate(), nothing, true)))
                .hasMessageContaining("holds no private key");
        assertThatThrownBy(() -> TlsContext.of(new TlsConfig(null, sender.certificate(), old, true)))
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
        assertThatThrownBy(() -> new TlsConfig(null, sender.certificate(), null, true)).hasMessageContaining("key");
    }

    @Test
    void settingsThatContradictAreRefused() {
        assertThatThrownBy(() -> new SyslogSinkConfig(SinkStream.ALERTS, new Endpoint("127.0.0.1", 6514),
                SyslogSinkConfig.Transport.TCP, SyslogSinkConfig.Framing.OCTETS, 5424,
                SyslogSinkConfig.Facility.LOCAL0, SinkFormat.KV, ByteSize.parse("64KiB"), TlsConfig.STANDARD, false))
                .hasMessageContaining("transport: tls");
        assertThatThrownBy(() -> new SyslogSinkConfig(SinkStream.ALERTS, new Endpoint("127.0.0.1", 6514),
                SyslogSinkConfig.Transport.TLS, SyslogSinkConfig.Framing.NEWLINE, 5424,
                SyslogSinkConfig.Facility.LOCAL0, SinkFormat.KV, ByteSize.parse("64KiB"), null, false))
                .hasMessageContaining("octets");
    }
}
