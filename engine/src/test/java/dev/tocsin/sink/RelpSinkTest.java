package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RelpSinkTest {
    @TempDir
    Path directory;

    private final SinkCounts counts = new SinkCounts();

    static RelpSinkConfig config(int port, SinkFormat format, int window, @Nullable TlsConfig tls) {
        return new RelpSinkConfig(SinkStream.ALERTS, new Endpoint("127.0.0.1", port), 5424,
                SyslogSinkConfig.Facility.LOCAL0, format, ByteSize.parse("64KiB"), window, Duration.ofSeconds(1), tls,
                false);
    }

    private static FakeRelp receiver(int port) throws IOException {
        return new FakeRelp(port, ServerSocketFactory.getDefault());
    }

    private RelpSink sink(int port, int window) {
        return new RelpSink(config(port, SinkFormat.KV, window, null), "n1", counts);
    }

    private static void write(RelpSink sink, int from, int to) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(Events.event(n, "{\"message\":\"m" + n + "ü\"}"));
        }
        sink.handle(0, events, new FakeOutput());
        sink.flush(Commit.NONE);
    }

    private static List<String> texts(FakeRelp at) {
        return at.taken.stream().map(l -> l.replaceFirst("(?s).*message=\"([^\"]*)ü\".*", "$1")).toList();
    }

    private static List<String> numbers(int from, int to) {
        List<String> out = new ArrayList<>();
        for (int n = from; n < to; n++) {
            out.add("m" + n);
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128, 1000})
    void everyMessageIsAcknowledgedBeforeTheCommitInOrder(int window) throws IOException {
        try (FakeRelp at = receiver(0)) {
            at.together = Math.max(1, window / 3);
            RelpSink sink = sink(at.port(), window);
            sink.assigned(0, new FakeState());
            write(sink, 0, 3000);
            assertThat(texts(at)).isEqualTo(numbers(0, 3000));
            write(sink, 3000, 3001);
            assertThat(texts(at)).hasSize(3001);
            sink.close();
            assertThat(at.troubles).isEmpty();
            assertThat(counts.delivered()).isEqualTo(3001);
            assertThat(counts.redelivered() + counts.unknown()).isZero();
        }
    }

    @Test
    void whatWasNotAcknowledgedIsSentAgainAndCounted() throws IOException {
        try (FakeRelp at = receiver(0)) {
            at.together = 10;
            at.cutAfter = 55;
            RelpSink sink = sink(at.port(), 20);
            sink.assigned(0, new FakeState());
            assertThatThrownBy(() -> write(sink, 0, 100)).isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot deliver to 127.0.0.1:" + at.port());
            long acknowledged = counts.delivered();
            long unknown = counts.unknown();
            assertThat(acknowledged).isBetween(35L, 54L);
            assertThat(unknown).isPositive();
            // As the loop does: from the last commit.
            sink.assigned(0, new FakeState());
            write(sink, 0, 100);
            assertThat(new HashSet<>(texts(at))).hasSize(100);
            assertThat(counts.delivered()).isEqualTo(100);
            assertThat(counts.redelivered()).as("what was on its way when the connection broke").isEqualTo(unknown);
            assertThat(texts(at).subList(55, texts(at).size())).as("what was acknowledged is not sent again")
                    .isEqualTo(numbers((int) acknowledged, 100));
        }
    }

    @Test
    void aMessageThatIsRefusedWaits() throws IOException {
        try (FakeRelp at = receiver(0)) {
            RelpSink sink = sink(at.port(), 10);
            sink.assigned(0, new FakeState());
            write(sink, 0, 1);
            at.refuse = at.taken.getFirst();
            sink.rewound(0);
            assertThatThrownBy(() -> write(sink, 0, 1)).hasMessageContaining("it refused a message: 500 no");
        }
    }

    @Test
    void aReceiverThatNeverAcknowledgesIsGivenUp() throws IOException {
        try (FakeRelp at = receiver(0)) {
            at.silent = true;
            RelpSink sink = sink(at.port(), 10);
            sink.assigned(0, new FakeState());
            assertThatThrownBy(() -> write(sink, 0, 30)).hasMessageContaining("no acknowledgement came in time");
            assertThat(at.taken).as("the window").hasSize(10);
            assertThat(counts.unknown()).isEqualTo(10);
            assertThat(counts.delivered()).isZero();
        }
    }

    @Test
    void aSessionThatIsRefusedOrTakesNoSyslogIsSaid() throws IOException {
        try (FakeRelp at = receiver(0)) {
            RelpSink sink = sink(at.port(), 10);
            sink.assigned(0, new FakeState());
            at.openAnswer = "500 too many\n";
            assertThatThrownBy(() -> write(sink, 0, 1)).hasMessageContaining("it refused the session: 500 too many");
            at.openAnswer = "200 OK\nrelp_version=0\ncommands=eventlog";
            assertThatThrownBy(() -> write(sink, 0, 1)).hasMessageContaining("does not take syslog");
            at.openAnswer = "200 OK\nrelp_version=0\ncommands=eventlog,syslog";
            write(sink, 0, 1);
        }
    }

    @Test
    void aReceiverThatWasRestartedBetweenTwoCommitsIsNoTrouble() throws IOException {
        FakeRelp first = receiver(0);
        RelpSink sink = sink(first.port(), 10);
        sink.assigned(0, new FakeState());
        write(sink, 0, 10);
        first.close();
        try (FakeRelp second = receiver(first.port())) {
            write(sink, 10, 20);
            assertThat(texts(second)).isEqualTo(numbers(10, 20));
            assertThat(counts.redelivered() + counts.unknown()).isZero();
        }
    }

    @Test
    void byTlsToo() throws Exception {
        Pems pems = Pems.make(directory, "receiver", "ip:127.0.0.1");
        try (FakeRelp at = new FakeRelp(0, pems.server(pems.store()).getServerSocketFactory())) {
            RelpSink sink = new RelpSink(config(at.port(), SinkFormat.KV, 10,
                    new TlsConfig(pems.certificate(), null, null, true)), "n1", counts);
            sink.assigned(0, new FakeState());
            write(sink, 0, 200);
            assertThat(texts(at)).isEqualTo(numbers(0, 200));
            RelpSink wrong = new RelpSink(config(at.port(), SinkFormat.KV, 10, TlsConfig.STANDARD), "n1", counts);
            wrong.assigned(0, new FakeState());
            assertThatThrownBy(() -> write(wrong, 0, 1)).hasMessageContaining("no TLS");
        }
    }

    /** Connections are cut at any place, over and over: everything arrives, in order but for what is repeated. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nothingIsLostThroughManyCuts(long seed) throws IOException {
        Random random = new Random(seed);
        try (FakeRelp at = receiver(0)) {
            RelpSink sink = sink(at.port(), 1 + random.nextInt(50));
            sink.assigned(0, new FakeState());
            int next = 0;
            while (next < 1000) {
                int to = Math.min(1000, next + 1 + random.nextInt(100));
                at.together = 1 + random.nextInt(20);
                if (random.nextInt(3) == 0) {
                    at.cutAfter = at.taken.size() + 1 + random.nextInt(100);
                }
                try {
                    write(sink, next, to);
                    next = to;
                } catch (IOException _) {
                    sink.assigned(0, new FakeState());
                }
            }
            assertThat(at.troubles).isEmpty();
            assertThat(new HashSet<>(texts(at))).hasSize(1000);
            assertThat(counts.delivered()).isEqualTo(1000);
            assertThat((long) at.taken.size() - 1000).as("each repeat is counted").isLessThanOrEqualTo(
                    counts.redelivered());
            assertThat(counts.redelivered()).isLessThanOrEqualTo(counts.unknown());
        }
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> config(0, SinkFormat.KV, 10, null)).hasMessageContaining("port");
        assertThatThrownBy(() -> config(1, SinkFormat.KV, 0, null)).hasMessageContaining("window");
        assertThatThrownBy(() -> config(1, SinkFormat.KV, 1001, null)).hasMessageContaining("window");
    }
}
