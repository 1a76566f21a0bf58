package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Syslog over TLS as RFC 5425 has it, and what the listeners share: files, client certificates, versions. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TlsTest {
    @TempDir
    static Path directory;
    private static Certificates certificates;

    private final FakeAppender log = new FakeAppender();
    private final Collector collector = new Collector("main", "n1", 3, log, InstantSource.system());
    private @Nullable SyslogSource source;

    @BeforeAll
    static void make() throws Exception {
        certificates = new Certificates(directory);
        certificates.make("server");
        certificates.make("client");
    }

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
    }

    private TlsConfig tls(@Nullable Path clientCa, String minVersion) {
        return new TlsConfig(certificates.certificate("server"), certificates.key("server"), clientCa, minVersion);
    }

    private SyslogSource start(TlsConfig tls) {
        SyslogSource started = new SyslogSource("fw", new SyslogSourceConfig(new Endpoint("127.0.0.1", 0), "acme",
                "auto", LogSourceHint.NONE, null, ByteSize.parse("100KiB"), 100, Duration.ofHours(1),
                ByteSize.parse("4MiB"), tls, false), collector);
        started.start();
        source = started;
        return started;
    }

    private SSLSocket connect(SyslogSource to, String own, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) certificates.client("server", own).getSocketFactory().createSocket("127.0.0.1",
                to.port());
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    @Test
    void messagesComeByTlsInBothVersionsAndBothFramings() throws Exception {
        SyslogSource to = start(tls(null, "1.2"));
        for (String protocol : new String[]{"TLSv1.2", "TLSv1.3"}) {
            try (SSLSocket s = connect(to, "", protocol)) {
                send(s, "23 <13>counted\nwith newline");
                send(s, "<13>a line\n");
                send(s, "<13>" + "x".repeat(50_000) + "\n<13>cut");
            }
        }
        await().until(() -> log.size() == 8);
        assertThat(log.originals().subList(0, 4)).containsExactly("<13>counted\nwith newline".substring(0, 23),
                "e<13>a line", "<13>" + "x".repeat(50_000), "<13>cut");
        assertThat(log.bodies().getFirst().at("/tocsin/transport").asString()).isEqualTo("tls");
    }

    @Test
    void whoHasNoCertificateOfTheAuthorityIsNotLetIn() throws Exception {
        SyslogSource to = start(tls(certificates.authority("client"), "1.2"));
        certificates.make("stranger");
        for (String own : new String[]{"", "stranger"}) {
            try (SSLSocket s = connect(to, own, "TLSv1.2")) {
                assertThatThrownBy(() -> {
                    send(s, "<13>let me in\n");
                    s.getInputStream().read();
                }).isInstanceOf(IOException.class);
            }
        }
        try (SSLSocket s = connect(to, "client")) {
            send(s, "<13>known\n");
            await().until(() -> log.size() == 1);
        }
        assertThat(log.originals()).containsExactly("<13>known");
        assertThat(to.status().error()).contains("2 turned away", "no TLS with 127.0.0.1");
    }

    @Test
    void whatIsNotTlsOrTooOldIsTurnedAway() throws Exception {
        SyslogSource to = start(tls(null, "1.3"));
        try (Socket s = new Socket("127.0.0.1", to.port())) {
            send(s, "<13>plain text\n");
            await().until(() -> to.status().error().contains("1 turned away"));
        }
        try (SSLSocket s = connect(to, "", "TLSv1.2")) {
            assertThatThrownBy(s::startHandshake).isInstanceOf(SSLException.class);
        }
        assertThat(log.size()).isZero();
    }

    @Test
    void aRenewedCertificateIsUsedWithoutARestartAndABrokenOneIsNot() throws Exception {
        certificates.make("old");
        certificates.make("next");
        SyslogSource to = start(new TlsConfig(certificates.certificate("old"), certificates.key("old"), null, "1.2"));
        byte[] before = shown(to, "old");
        Files.copy(certificates.key("next"), certificates.key("old"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(certificates.certificate("next"), certificates.certificate("old"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(certificates.key("old"), FileTime.from(Instant.now().plusSeconds(5)));
        byte[] renewed = shown(to, "next");
        assertThat(renewed).isNotEqualTo(before);
        Files.writeString(certificates.certificate("old"), "half of a fi");
        assertThat(shown(to, "next")).isEqualTo(renewed);
    }

    private byte[] shown(SyslogSource to, String trusted) throws Exception {
        try (SSLSocket s = (SSLSocket) certificates.client(trusted, "").getSocketFactory().createSocket("127.0.0.1",
                to.port())) {
            s.startHandshake();
            return ((X509Certificate) s.getSession().getPeerCertificates()[0]).getEncoded();
        }
    }

    @Test
    void filesThatCannotServeAreNamedWithWhatToDo() throws Exception {
        Path none = directory.resolve("none.pem");
        assertThatThrownBy(() -> Tls.load(new TlsConfig(none, certificates.key("server"), null, "1.2")))
                .isInstanceOf(IOException.class).hasMessageContaining("none.pem");
        Path old = Files.writeString(directory.resolve("old.key"),
                "-----BEGIN RSA PRIVATE KEY-----\nAA==\n-----END RSA PRIVATE KEY-----\n");
        assertThatThrownBy(() -> Tls.load(new TlsConfig(certificates.certificate("server"), old, null, "1.2")))
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
        assertThatThrownBy(() -> Tls.load(new TlsConfig(certificates.certificate("server"),
                certificates.key("client"), null, "1.2"))).hasMessageContaining("does not belong to");
        assertThatThrownBy(() -> tls(null, "1.1")).hasMessageContaining("min_version is 1.2 or 1.3");
    }
}
