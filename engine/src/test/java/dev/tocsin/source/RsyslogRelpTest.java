package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sender that others wrote and many use: rsyslog's omrelp. Skipped, saying so, where it is not installed. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RsyslogRelpTest {
    private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");
    private static final String OMRELP = "/usr/lib/" + System.getProperty("os.arch").replace("amd64", "x86_64")
            + "-linux-gnu/rsyslog/omrelp.so";
    private static final int COUNT = 3000;

    @TempDir
    Path directory;

    private final FakeAppender log = new FakeAppender();
    private final List<RelpSource> sources = new ArrayList<>();
    private @Nullable Process rsyslogd;

    @BeforeEach
    void lookForRsyslog() {
        Assumptions.assumeTrue(Files.isExecutable(RSYSLOGD) && Files.exists(Path.of(OMRELP)),
                "there is no " + OMRELP + "; install rsyslog and rsyslog-relp to run this");
    }

    @AfterEach
    void stop() {
        if (rsyslogd != null) {
            rsyslogd.destroyForcibly();
        }
        log.release();
        sources.forEach(RelpSource::close);
    }

    private RelpSource start(int port, long epoch, @Nullable TlsConfig tls) {
        RelpSourceConfig config = new RelpSourceConfig(new Endpoint("127.0.0.1", port), "acme", "auto",
                LogSourceHint.NONE, null, ByteSize.parse("100KiB"), 100, Duration.ofHours(1), 1000,
                ByteSize.parse("4MiB"), tls, false);
        RelpSource source = new RelpSource("edge", config,
                new Collector("main", "n1", epoch, log, InstantSource.system()));
        source.start();
        sources.add(source);
        return source;
    }

    /** @return the port at which rsyslog takes messages that it then sends on by RELP */
    private int rsyslog(int relp, String tls) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(directory.resolve("rsyslog.conf"),
                """
                        global(workDirectory="%1$s" maxMessageSize="64k")
                        module(load="imtcp")
                        module(load="omrelp")
                        template(name="forward" type="string" string="<%%pri%%>1 %%timestamp:::date-rfc3339%% h a - - - %%msg%%")
                        input(type="imtcp" port="%2$d" address="127.0.0.1")
                        action(type="omrelp" target="127.0.0.1" port="%3$d" template="forward" timeout="5"
                               action.resumeRetryCount="-1" action.resumeInterval="1" queue.type="LinkedList" %4$s)
                        """
                        .formatted(directory, port, relp, tls));
        rsyslogd = new ProcessBuilder(RSYSLOGD.toString(), "-n", "-f", directory.resolve("rsyslog.conf").toString(),
                "-i", directory.resolve("pid").toString()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile()).start();
        return port;
    }

    private static void send(int port, int from, int to) throws IOException {
        Socket socket = await().ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> new Socket("127.0.0.1", port), _ -> true);
        try (socket) {
            for (int i = from; i < to; i++) {
                socket.getOutputStream()
                        .write(("<13>Mar  1 12:00:00 web app: number " + i + ".\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private Set<Integer> numbers() {
        Set<Integer> numbers = new TreeSet<>();
        for (String original : log.originals()) {
            int at = original.indexOf("number ");
            numbers.add(Integer.parseInt(original.substring(at + 7, original.indexOf('.', at))));
        }
        return numbers;
    }

    @Test
    void whatRsyslogSendsArrivesOnceThoughTheReceiverIsAwayForAWhile() throws IOException {
        RelpSource first = start(0, 1, null);
        int port = rsyslog(first.port(), "");
        send(port, 0, COUNT);
        await().atMost(Duration.ofSeconds(30)).until(() -> numbers().size() == COUNT);
        // Some are on their way when the receiver stops, and more come while it is away.
        log.hold();
        send(port, COUNT, 2 * COUNT);
        await().until(() -> log.size() > COUNT);
        int listened = first.port();
        Thread closer = Thread.ofVirtual().start(first::close);
        send(port, 2 * COUNT, 3 * COUNT);
        await().until(() -> first.status().state().equals("stopped") || log.size() > COUNT);
        log.release();
        await().until(() -> !closer.isAlive());
        start(listened, 2, null);
        await().atMost(Duration.ofSeconds(60)).until(() -> numbers().size() == 3 * COUNT);
        assertThat(log.ids()).hasSize(3 * COUNT);
        assertThat(log.dead()).isEmpty();
    }

    @Test
    void rsyslogSendsOverTlsAndKnowsTheReceiverByItsCertificate() throws Exception {
        Certificates certificates = new Certificates(directory);
        certificates.make("server");
        certificates.make("client");
        RelpSource source = start(0, 1, new TlsConfig(certificates.certificate("server"), certificates.key("server"),
                null, "1.2"));
        int port = rsyslog(source.port(), """
                tls="on" tls.authMode="name" tls.permittedPeer=["localhost"] tls.caCert="%1$s/server-ca.pem"
                tls.myCert="%1$s/client.pem" tls.myPrivKey="%1$s/client.key"
                """.formatted(directory));
        send(port, 0, COUNT);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(numbers())
                .as(source.status().error() + " " + Files.readAllLines(directory.resolve("log")).reversed().stream()
                        .findFirst().orElse(""))
                .hasSize(COUNT));
        assertThat(log.ids()).hasSize(COUNT);
    }
}
