package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Secret;
import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import dev.tocsin.sink.FakeHttp.Fault;
import dev.tocsin.sink.FakeHttp.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SplunkHecSinkTest {
    @TempDir
    Path directory;

    private final SinkCounts counts = new SinkCounts();
    private final FakeOutput none = new FakeOutput();
    private FakeHec splunk;

    @BeforeEach
    void start() throws IOException {
        splunk = new FakeHec(0, null);
    }

    @AfterEach
    void stop() {
        splunk.close();
        assertThat(splunk.http.troubles).isEmpty();
    }

    private SplunkHecSinkConfig config(String url, boolean ack, String batchMax, int pendingMax,
            @Nullable TlsConfig tls) {
        return new SplunkHecSinkConfig(SinkStream.ALERTS, url, new Secret(FakeHec.TOKEN), ack, null, "tocsin",
                SinkFormat.JSON, true, ByteSize.parse(batchMax), pendingMax, Duration.ofMillis(300),
                Duration.ofSeconds(2), tls, false);
    }

    private SplunkHecSink sink(boolean ack, String batchMax, int pendingMax) {
        SplunkHecSink sink = new SplunkHecSink(
                config("http://127.0.0.1:" + splunk.http.port(), ack, batchMax, pendingMax, null), "n1", counts,
                new Backoff(InstantSource.system(), new Random(1), Duration.ofMillis(5)));
        sink.assigned(0, new FakeState());
        return sink;
    }

    private static List<Event> events(int from, int to) {
        List<Event> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(Events.event(n, "{\"message\":\"m" + n + (n % 100 == 50 ? " BAD" : "") + "\"}"));
        }
        return events;
    }

    private static List<String> ids(int from, int to) {
        return events(from, to).stream().map(e -> e.id().toString()).toList();
    }

    private static FakeOutput write(SplunkHecSink sink, int from, int to) throws IOException {
        FakeOutput out = new FakeOutput();
        sink.handle(0, events(from, to), out);
        sink.flush(Commit.NONE);
        return out;
    }

    /** As the loop does: from the last commit until it works. */
    private static FakeOutput insist(SplunkHecSink sink, int from, int to) {
        List<FakeOutput> last = new ArrayList<>();
        await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                    sink.assigned(0, new FakeState());
                    last.add(write(sink, from, to));
                    return true;
                });
        return last.getFirst();
    }

    @Test
    void everythingIsAcknowledgedByTheIndexerBeforeTheCommit() throws IOException {
        splunk.polls = 3;
        SplunkHecSink sink = sink(true, "1KiB", 4);
        assertThat(write(sink, 0, 50).calls()).hasSize(50).containsOnly("done");
        assertThat(splunk.indexed).isEqualTo(ids(0, 50));
        assertThat(splunk.waitingMost).as("requests without an acknowledgement").isEqualTo(4);
        assertThat(counts.delivered()).isEqualTo(50);
        assertThat(counts.redelivered() + counts.unknown()).isZero();
        assertThat(splunk.http.asked.getFirst().text()).contains("\"time\":1772600767.000", "\"host\":\"n1\"",
                "\"source\":\"fw\"", "\"sourcetype\":\"tocsin\"", "\"message\":\"m0\"", "\"tocsin_customer\":\"acme\"");
    }

    @Test
    void anAcknowledgementThatDoesNotComeMakesItSendAgainWithTheSameId() throws IOException {
        splunk.forgets = 1;
        SplunkHecSink sink = sink(true, "512KiB", 10);
        assertThatThrownBy(() -> write(sink, 0, 20)).isInstanceOf(IOException.class)
                .hasMessageContaining("did not acknowledge 20 events within 300 ms");
        assertThat(counts.unknown()).isEqualTo(20);
        insist(sink, 0, 20);
        assertThat(splunk.indexed).hasSize(40);
        assertThat(new HashSet<>(splunk.indexed)).containsExactlyInAnyOrderElementsOf(ids(0, 20));
        assertThat(counts.delivered()).isEqualTo(20);
        assertThat(counts.redelivered()).isEqualTo(20);
    }

    @Test
    void aCommitThatFailedDoesNotSendAgainWhatWasAcknowledged() throws IOException {
        SplunkHecSink sink = sink(true, "512KiB", 10);
        write(sink, 0, 20);
        sink.assigned(0, new FakeState());
        write(sink, 0, 10);
        write(sink, 10, 30);
        assertThat(splunk.indexed).isEqualTo(ids(0, 30));
        sink.rewound(0);
        write(sink, 0, 30);
        assertThat(splunk.indexed).as("whoever rewinds wants them again").hasSize(60);
    }

    @Test
    void theEventAtFaultGoesToDeadAndTheOthersArrive() throws IOException {
        SplunkHecSink sink = sink(true, "512KiB", 10);
        FakeOutput out = write(sink, 0, 200);
        assertThat(out.events("dead")).containsExactly(events(50, 51).getFirst(), events(150, 151).getFirst());
        assertThat(out.said()).filteredOn(s -> s.kind().equals("dead"))
                .allSatisfy(s -> assertThat(s.detail()).contains("it answered 400", "Invalid data format"));
        List<String> good = new ArrayList<>(ids(0, 200));
        good.removeAll(ids(50, 51));
        good.removeAll(ids(150, 151));
        assertThat(new HashSet<>(splunk.indexed)).containsExactlyInAnyOrderElementsOf(good);
        assertThat(counts.rejected()).isEqualTo(2);
        assertThat(counts.delivered()).isEqualTo(198);
        assertThat((long) splunk.indexed.size() - 198).as("each repeat is counted")
                .isLessThanOrEqualTo(counts.redelivered());
    }

    @Test
    void aBusyCollectorIsLeftAloneForAsLongAsItAsks() throws IOException {
        SplunkHecSink sink = sink(true, "512KiB", 10);
        Reply busy = new Reply(503, "{\"text\":\"Server is busy\",\"code\":9}", Map.of("Retry-After", "7200"));
        splunk.http.next.add(new Fault(busy, false));
        assertThatThrownBy(() -> write(sink, 0, 10)).hasMessageContaining("it answered 503")
                .hasMessageContaining("busy");
        assertThatThrownBy(() -> write(sink, 0, 10)).hasMessageContaining("it is asked again in 600 s");
        assertThat(splunk.http.asked).hasSize(1);
        assertThat(counts.unknown()).isZero();
        SplunkHecSink other = sink(true, "512KiB", 10);
        splunk.http.next.add(new Fault(new Reply(429, "", Map.of("Retry-After", "0.2")), false));
        insist(other, 0, 10);
        assertThat(splunk.indexed).isEqualTo(ids(0, 10));
        assertThat(counts.redelivered()).as("it had taken nothing").isZero();
    }

    @Test
    void anAnswerThatIsLostLeavesItUnknownAndItIsSentAgain() throws IOException {
        SplunkHecSink sink = sink(true, "512KiB", 10);
        splunk.http.next.add(new Fault(Reply.of(0, ""), true));
        assertThatThrownBy(() -> write(sink, 0, 10)).hasMessageContaining("cannot deliver to http://127.0.0.1:");
        assertThat(counts.unknown()).isEqualTo(10);
        insist(sink, 0, 10);
        assertThat(splunk.indexed).hasSize(20);
        assertThat(counts.redelivered()).isEqualTo(10);
    }

    @Test
    void withoutAcknowledgementsTheAnswerIsEnoughAndOneThatGivesNoneIsSaid() throws IOException {
        splunk.ackEnabled = false;
        write(sink(false, "512KiB", 10), 0, 20);
        assertThat(counts.delivered()).isEqualTo(20);
        assertThat(splunk.http.asked).noneMatch(a -> a.path().endsWith("/ack"));
        assertThatThrownBy(() -> write(sink(true, "512KiB", 10), 0, 1)).hasMessageContaining("say ack: false");
    }

    @Test
    void aWrongTokenMakesItWaitAndIsNotShown() throws IOException {
        SplunkHecSinkConfig wrong = new SplunkHecSinkConfig(SinkStream.ALERTS,
                "http://127.0.0.1:" + splunk.http.port(), new Secret("guessed"), true, null, "tocsin", SinkFormat.CEF,
                false, ByteSize.parse("1MiB"), 1, Duration.ofSeconds(1), Duration.ofSeconds(1), null, false);
        SplunkHecSink sink = new SplunkHecSink(wrong, "n1", counts);
        sink.assigned(0, new FakeState());
        assertThatThrownBy(() -> sink.handle(0, events(0, 1), none)).hasMessageContaining("Invalid token")
                .hasMessageNotContaining("guessed");
        assertThat(none.calls()).isEmpty();
    }

    @Test
    void byHttps() throws Exception {
        Pems pems = Pems.make(directory, "splunk", "ip:127.0.0.1");
        try (FakeHec secured = new FakeHec(0, pems.server(pems.store()))) {
            String url = "https://127.0.0.1:" + secured.http.port();
            TlsConfig known = new TlsConfig(pems.certificate(), null, null, true);
            SplunkHecSink sink = new SplunkHecSink(config(url, true, "1MiB", 1, known), "n1", counts);
            sink.assigned(0, new FakeState());
            write(sink, 0, 10);
            assertThat(secured.indexed).hasSize(10);
            SplunkHecSink other = new SplunkHecSink(config(url, true, "1MiB", 1, null), "n1", counts);
            other.assigned(0, new FakeState());
            assertThatThrownBy(() -> write(other, 0, 1)).hasMessageContaining("no TLS with it");
            assertThat(counts.unknown()).isZero();
        }
    }

    /** Busy, silent, forgetful, cutting the line before or after it has taken the events: nothing is lost. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingIsLostWhateverTheCollectorDoes(long seed) {
        Random random = new Random(seed);
        SplunkHecSink sink = sink(true, "2KiB", 3);
        List<String> good = new ArrayList<>();
        for (int next = 0; next < 400; next += 40) {
            for (int i = random.nextInt(6); i > 0; i--) {
                int[] statuses = {0, 500, 503, 429, 0};
                splunk.http.next.add(new Fault(
                        new Reply(statuses[random.nextInt(5)], "", Map.of("Retry-After", "0.01")),
                        random.nextBoolean()));
            }
            splunk.forgets = random.nextInt(2);
            splunk.polls = 1 + random.nextInt(3);
            FakeOutput out = insist(sink, next, next + 40);
            out.events("done").forEach(e -> good.add(e.id().toString()));
            assertThat(splunk.indexed).as("what is committed is indexed").containsAll(good);
        }
        assertThat(good).hasSize(396);
        assertThat(counts.delivered()).isEqualTo(396);
        assertThat((long) splunk.indexed.size() - 396).as("each repeat is counted")
                .isLessThanOrEqualTo(counts.redelivered());
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> config("splunk:8088", true, "1MiB", 1, null))
                .hasMessageContaining("https://host:port");
        assertThatThrownBy(() -> config("https://s:8088/services/collector", true, "1MiB", 1, null))
                .hasMessageContaining("only https://host:port");
        assertThatThrownBy(() -> config("https://u:p@s:8088", true, "1MiB", 1, null)).hasMessageContaining("password");
        assertThatThrownBy(() -> config("http://s:8088", true, "1MiB", 1, TlsConfig.STANDARD))
                .hasMessageContaining("write https://");
        assertThatThrownBy(() -> config("https://s:8088", true, "1MiB", 0, null)).hasMessageContaining("pending_max");
        assertThat(config("http://192.0.2.1:8088", true, "1MiB", 1, null).clearText()).isPresent();
        assertThat(config("https://192.0.2.1:8088", true, "1MiB", 1, null).clearText()).isEmpty();
    }
}
