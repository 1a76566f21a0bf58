package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/** RELP with the receiver for which it was made. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RsyslogRelpSinkTest {
    private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");
    private static final int THIRD = 400;

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();
    private final SinkCounts counts = new SinkCounts();
    private int port;

    @BeforeEach
    void configure() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(RSYSLOGD) && hasModule(),
                "there is no rsyslogd with the module imrelp; install rsyslog-relp to run this");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(directory.resolve("rsyslog.conf"), """
                global(workDirectory="%1$s" maxMessageSize="1m" parser.escapeControlCharactersOnReceive="off")
                module(load="imrelp")
                template(name="raw" type="string" string="%%structured-data%% %%msg%%\\n")
                input(type="imrelp" port="%2$d" address="127.0.0.1" maxDataSize="1m")
                action(type="omfile" file="%1$s/received" template="raw")
                """.formatted(directory, port));
    }

    private static boolean hasModule() throws IOException {
        try (Stream<Path> modules = Files.find(Path.of("/usr/lib"), 3,
                (p, _) -> p.endsWith(Path.of("rsyslog", "imrelp.so")))) {
            return modules.findAny().isPresent();
        }
    }

    private Process rsyslogd() throws IOException {
        Process process = new ProcessBuilder(RSYSLOGD.toString(), "-n", "-f", directory.resolve("rsyslog.conf")
                .toString(), "-i", directory.resolve("pid").toString()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile()).start();
        started.add(process);
        return process;
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    private List<String> received() throws IOException {
        Path file = directory.resolve("received");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** As the loop does: from the last commit until it works. */
    private static void write(RelpSink sink, List<Event> events) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            sink.assigned(0, new FakeState());
            sink.handle(0, events, new FakeOutput());
            sink.flush(Commit.NONE);
            return true;
        });
    }

    @Test
    void rsyslogHasEveryRecordOnceAlsoWhenItWasAwayForAWhile() throws Exception {
        List<Event> events = new ArrayList<>();
        HostileRecords.each(made -> {
            if (events.size() < 3 * THIRD && made.event().json().length < 10_000) {
                events.add(made.event());
            }
        });
        RelpSink sink = new RelpSink(RelpSinkTest.config(port, SinkFormat.CEF, 128, null), "n1", counts);
        Process first = rsyslogd();
        write(sink, events.subList(0, THIRD));
        write(sink, events.subList(THIRD, 2 * THIRD));
        first.destroy();
        first.waitFor();
        assertThat(received()).as("what was acknowledged is there when it has stopped").hasSize(2 * THIRD);
        rsyslogd();
        write(sink, events.subList(2 * THIRD, 3 * THIRD));
        await().until(() -> received().size() == 3 * THIRD);
        sink.close();
        assertThat(counts.delivered()).isEqualTo(3 * THIRD);
        assertThat(counts.redelivered()).isZero();

        List<String> lines = received();
        for (int n = 0; n < events.size(); n++) {
            String cef = StrictLines.utf8(LineFormat.of(SinkFormat.CEF, false).line(events.get(n)));
            assertThat(lines.get(n).replace("] \uFEFFCEF", "] CEF"))
                    .startsWith("[tocsin@32473 id=\"" + events.get(n).id() + "\" customer=\"acme").endsWith("] " + cef);
        }
    }
}
