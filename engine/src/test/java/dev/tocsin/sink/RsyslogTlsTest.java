package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Syslog over TLS with a receiver that others wrote, over a TLS that is not Java's; both sides are known to each other. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RsyslogTlsTest {
    private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");
    /** Where its modules are, if they are not where it looks by itself. */
    private static final String MODULES = System.getProperty("tocsin.rsyslog.modules", "");
    private static final int MESSAGES = 1000;

    @TempDir
    Path directory;

    private final SinkCounts counts = new SinkCounts();
    private Process process;
    private Pems receiver;
    private Pems sender;
    private int port;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(RSYSLOGD) && hasModule(),
                "there is no rsyslogd with TLS; install rsyslog-gnutls to run this");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        receiver = Pems.make(directory, "receiver", "ip:127.0.0.1");
        sender = Pems.make(directory, "sender", "dns:sender.example");
        Files.writeString(directory.resolve("rsyslog.conf"),
                """
                        global(workDirectory="%1$s" maxMessageSize="1m" parser.escapeControlCharactersOnReceive="off"
                          defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="%3$s"
                          defaultNetstreamDriverCertFile="%4$s" defaultNetstreamDriverKeyFile="%5$s")
                        module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
                        template(name="raw" type="string" string="%%structured-data%% %%msg%%\\n")
                        input(type="imtcp" port="%2$d" address="127.0.0.1")
                        action(type="omfile" file="%1$s/received" template="raw")
                        """
                        .formatted(directory, port, sender.certificate(), receiver.certificate(), receiver.key()));
        List<String> command = new ArrayList<>(List.of(RSYSLOGD.toString(), "-n", "-f",
                directory.resolve("rsyslog.conf").toString(), "-i", directory.resolve("pid").toString()));
        if (!MODULES.isEmpty()) {
            command.addAll(List.of("-M", MODULES));
        }
        process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile()).start();
    }

    private static boolean hasModule() throws IOException {
        if (!MODULES.isEmpty()) {
            return true;
        }
        try (Stream<Path> modules = Files.find(Path.of("/usr/lib"), 3,
                (p, _) -> p.endsWith(Path.of("rsyslog", "lmnsd_gtls.so")))) {
            return modules.findAny().isPresent();
        }
    }

    @AfterEach
    void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private List<String> received() throws IOException {
        Path file = directory.resolve("received");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private SyslogSink sink(TlsConfig tls) {
        SyslogSink sink = new SyslogSink(new SyslogSinkConfig(SinkStream.ALERTS, new Endpoint("127.0.0.1", port),
                SyslogSinkConfig.Transport.TLS, SyslogSinkConfig.Framing.OCTETS, 5424,
                SyslogSinkConfig.Facility.LOCAL0, SinkFormat.CEF, ByteSize.parse("1MiB"), tls, false), "n1", counts);
        sink.assigned(0, new FakeState());
        return sink;
    }

    @Test
    void rsyslogHasEveryRecordAsItWasWrittenAndNothingOfAStranger() throws Exception {
        List<Event> events = new ArrayList<>();
        HostileRecords.each(made -> {
            if (events.size() < MESSAGES && made.event().json().length < 10_000) {
                events.add(made.event());
            }
        });
        SyslogSink sink = sink(new TlsConfig(receiver.certificate(), sender.certificate(), sender.key(), true));
        await().atMost(Duration.ofSeconds(30)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            sink.assigned(0, new FakeState());
            sink.handle(0, events, new FakeOutput());
            sink.flush(Commit.NONE);
            return true;
        });
        await().until(() -> received().size() == MESSAGES);
        SyslogSink stranger = sink(new TlsConfig(receiver.certificate(), null, null, true));
        assertThatThrownBy(() -> {
            stranger.handle(0, events, new FakeOutput());
            stranger.flush(Commit.NONE);
        }).isInstanceOf(IOException.class).hasMessageContaining("cannot send to");
        sink.close();

        List<String> lines = received();
        assertThat(lines).hasSize(MESSAGES);
        for (int n = 0; n < MESSAGES; n++) {
            String cef = StrictLines.utf8(LineFormat.of(SinkFormat.CEF, false).line(events.get(n)));
            assertThat(lines.get(n).replace("] \uFEFFCEF", "] CEF"))
                    .startsWith("[tocsin@32473 id=\"" + events.get(n).id() + "\" customer=\"acme").endsWith("] " + cef);
        }
    }
}
