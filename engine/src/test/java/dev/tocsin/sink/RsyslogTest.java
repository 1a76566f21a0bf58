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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A receiver that others wrote and many use takes what we send, and all of it when it was away for a while. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RsyslogTest {
    private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");
    private static final int HALF = 500;

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();
    private int port;

    @BeforeEach
    void configure() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(RSYSLOGD),
                "there is no " + RSYSLOGD + "; install rsyslog to run this");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(directory.resolve("rsyslog.conf"), """
                global(workDirectory="%1$s" maxMessageSize="1m" parser.escapeControlCharactersOnReceive="off")
                module(load="imtcp")
                template(name="raw" type="string" string="%%structured-data%% %%msg%%\\n")
                input(type="imtcp" port="%2$d" address="127.0.0.1")
                action(type="omfile" file="%1$s/received" template="raw")
                """.formatted(directory, port));
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
    private static void write(SyslogSink sink, List<Event> events) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            sink.assigned(0, new FakeState());
            sink.handle(0, events, new FakeOutput());
            sink.flush(Commit.NONE);
            return true;
        });
    }

    @Test
    void rsyslogHasEveryRecordAsItWasWritten() throws Exception {
        List<Event> events = new ArrayList<>();
        HostileRecords.each(made -> {
            if (events.size() < 2 * HALF && made.event().json().length < 10_000) {
                events.add(made.event());
            }
        });
        SyslogSink sink = new SyslogSink(SyslogSinkTest.config("octets", 5424, SinkFormat.CEF, "1MiB", port), "n1",
                new SinkCounts());
        Process first = rsyslogd();
        write(sink, events.subList(0, HALF));
        await().until(() -> received().size() == HALF);
        first.destroy();
        first.waitFor();
        rsyslogd();
        write(sink, events.subList(HALF, 2 * HALF));
        await().until(() -> received().size() == 2 * HALF);
        sink.close();

        List<String> lines = received();
        for (int n = 0; n < events.size(); n++) {
            String cef = StrictLines.utf8(LineFormat.of(SinkFormat.CEF, false).line(events.get(n)));
            assertThat(lines.get(n).replace("] \uFEFFCEF", "] CEF"))
                    .startsWith("[tocsin@32473 id=\"" + events.get(n).id() + "\" customer=\"acme").endsWith("] " + cef);
        }
    }
}
