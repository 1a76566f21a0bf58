package dev.tocsin.source;

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
import dev.tocsin.log.Stage;
import dev.tocsin.sink.RelpSink;
import dev.tocsin.sink.RelpSinkConfig;
import dev.tocsin.sink.SinkCounts;
import dev.tocsin.sink.SinkFormat;
import dev.tocsin.sink.SinkStream;
import dev.tocsin.sink.SyslogSink;
import dev.tocsin.sink.SyslogSinkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One node's sinks send to another node's sources, both sides known to each other by TLS. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SinksToSourcesTest {
    @TempDir
    Path directory;

    private final FakeAppender log = new FakeAppender();
    private final Collector collector = new Collector("main", "n1", 3, log, InstantSource.system());
    private final SinkCounts counts = new SinkCounts();

    private static List<Event> events(int from, int to) {
        List<Event> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(Events.event(n, "{\"message\":\"m" + n + "\\nü\"}"));
        }
        return events;
    }

    private static void write(Stage sink, int from, int to) throws Exception {
        sink.handle(0, events(from, to), new FakeOutput());
        sink.flush(Commit.NONE);
    }

    private TlsConfig server(Certificates certificates) throws Exception {
        certificates.make("server");
        certificates.make("client");
        return new TlsConfig(certificates.certificate("server"), certificates.key("server"),
                certificates.authority("client"), "1.2");
    }

    private static dev.tocsin.sink.TlsConfig client(Certificates certificates) {
        return new dev.tocsin.sink.TlsConfig(certificates.authority("server"), certificates.certificate("client"),
                certificates.key("client"), true);
    }

    @Test
    void byRelpACommitMeansThatTheOtherLogHasItOnDisk() throws Exception {
        Certificates certificates = new Certificates(directory);
        RelpSource source = new RelpSource("edge", new RelpSourceConfig(new Endpoint("127.0.0.1", 0), "acme", "auto",
                LogSourceHint.NONE, null, ByteSize.parse("100KiB"), 100, Duration.ofHours(1), 10_000,
                ByteSize.parse("64MiB"), server(certificates), false), collector);
        source.start();
        try (RelpSink sink = new RelpSink(
                new RelpSinkConfig(SinkStream.EVENTS, new Endpoint("127.0.0.1", source.port()),
                        5424, SyslogSinkConfig.Facility.LOCAL0, SinkFormat.JSON, ByteSize.parse("64KiB"), 128,
                        Duration.ofSeconds(1), client(certificates), false),
                "n1", counts)) {
            sink.assigned(0, new FakeState());
            write(sink, 0, 1000);
            assertThat(log.size()).isEqualTo(1000);
            assertThat(source.status().durable()).isEqualTo(1000);
            log.hold();
            assertThatThrownBy(() -> write(sink, 1000, 1010)).isInstanceOf(IOException.class)
                    .hasMessageContaining("no acknowledgement came in time");
            log.release();
            await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                sink.assigned(0, new FakeState());
                write(sink, 1000, 1010);
                return true;
            });
            assertThat(counts.delivered()).isEqualTo(1010);
            assertThat(counts.redelivered()).isGreaterThanOrEqualTo(10);
            for (int n = 0; n < 1010; n++) {
                String id = events(n, n + 1).getFirst().id().toString();
                assertThat(log.originals()).anyMatch(line -> line.contains(id));
            }
        } finally {
            source.close();
        }
    }

    @Test
    void byTlsEveryMessageArrivesWhole() throws Exception {
        Certificates certificates = new Certificates(directory);
        SyslogSource source = new SyslogSource("fw",
                new SyslogSourceConfig(new Endpoint("127.0.0.1", 0), "acme", "auto",
                        LogSourceHint.NONE, null, ByteSize.parse("100KiB"), 100, Duration.ofHours(1),
                        ByteSize.parse("4MiB"),
                        server(certificates), false),
                collector);
        source.start();
        try (SyslogSink sink = new SyslogSink(new SyslogSinkConfig(SinkStream.EVENTS,
                new Endpoint("127.0.0.1", source.port()), SyslogSinkConfig.Transport.TLS,
                SyslogSinkConfig.Framing.OCTETS, 5424, SyslogSinkConfig.Facility.LOCAL0, SinkFormat.JSON,
                ByteSize.parse("64KiB"), client(certificates), false), "n1", counts)) {
            sink.assigned(0, new FakeState());
            write(sink, 0, 1000);
            await().until(() -> log.size() == 1000);
            assertThat(log.originals().getLast()).startsWith("<134>1 ").endsWith("\"origin\":\"s1/n1/1/999\"}}");
            assertThat(counts.unknown()).isZero();
        } finally {
            source.close();
        }
    }
}
