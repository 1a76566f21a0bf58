package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Secret;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import dev.tocsin.sink.FakeHttp.Asked;
import dev.tocsin.sink.FakeHttp.Fault;
import dev.tocsin.sink.FakeHttp.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a server may do wrong and a real one seldom does; see {@link OpenSearchTest} for the real one. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OpenSearchSinkTest {
    private final SinkCounts counts = new SinkCounts();
    private final Set<String> documents = ConcurrentHashMap.newKeySet();
    private final List<String> indices = new ArrayList<>();
    private final Random random = new Random(7);
    private volatile int busyOneIn = Integer.MAX_VALUE;
    private volatile int bytesMax = Integer.MAX_VALUE;
    private FakeHttp server;

    static OpenSearchSinkConfig config(String url, String batchMax) {
        return new OpenSearchSinkConfig(SinkStream.EVENTS, url, null, null, null, "", false, ByteSize.parse(batchMax),
                Duration.ofSeconds(10), null, false);
    }

    @BeforeEach
    void start() throws IOException {
        server = new FakeHttp(0, null, this::bulk);
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.troubles).isEmpty();
    }

    private synchronized Reply bulk(Asked asked) {
        if (!asked.path().equals("/search/_bulk") || !asked.header("Content-Type").equals("application/x-ndjson")) {
            throw new IllegalStateException(asked.path());
        }
        if (asked.body().length > bytesMax) {
            return Reply.of(413, "too large");
        }
        ObjectNode answer = Json.object();
        ArrayNode items = answer.putArray("items");
        String[] lines = asked.text().split("\n");
        for (int i = 0; i < lines.length; i += 2) {
            JsonNode create = Json.read(lines[i]).path("create");
            ObjectNode result = items.addObject().putObject("create");
            String id = create.path("_id").asString();
            indices.add(create.path("_index").asString());
            if (!Json.read(lines[i + 1]).at("/tocsin/id").asString().equals(id)) {
                throw new IllegalStateException("another document: " + lines[i + 1]);
            }
            if (lines[i + 1].contains("BAD")) {
                result.put("status", 400).putObject("error").put("type", "mapper_parsing_exception").put("reason",
                        "failed to parse").putObject("caused_by").put("reason", "of this and that");
            } else if (lines[i + 1].contains("BLOCKED")) {
                result.put("status", 403).putObject("error").put("type", "cluster_block_exception").put("reason",
                        "disk usage exceeded flood-stage watermark");
            } else if (random.nextInt(busyOneIn) == 0) {
                result.put("status", 429).putObject("error").put("type", "rejected_execution_exception");
            } else {
                result.put("status", documents.add(id) ? 201 : 409);
            }
        }
        return Reply.of(200, Json.mapper().writeValueAsString(answer));
    }

    private OpenSearchSink sink(String batchMax) {
        OpenSearchSink sink = new OpenSearchSink(config("http://127.0.0.1:" + server.port() + "/search", batchMax),
                counts, new Backoff(InstantSource.system(), random, Duration.ofMillis(2)));
        sink.assigned(0, new FakeState());
        return sink;
    }

    private static List<Event> events(int from, int to, String more) {
        List<Event> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(Events.event(n, "{\"message\":\"m" + n + more + "\"}"));
        }
        return events;
    }

    private static FakeOutput write(OpenSearchSink sink, List<Event> events) throws IOException {
        FakeOutput out = new FakeOutput();
        sink.handle(0, events, out);
        sink.flush(Commit.NONE);
        return out;
    }

    private static Set<String> ids(List<Event> events) {
        Set<String> ids = new HashSet<>();
        events.forEach(e -> ids.add(e.id().toString()));
        return ids;
    }

    @Test
    void itemsForWhichTheServerIsTooBusyAreSentAgainAndOnlyThey() throws IOException {
        busyOneIn = 3;
        List<Event> events = events(0, 300, "");
        assertThat(write(sink("1MiB"), events).events("done")).hasSize(300);
        assertThat(documents).isEqualTo(ids(events));
        assertThat(counts.delivered()).isEqualTo(300);
        assertThat(counts.redelivered()).isZero();
        assertThat(server.asked.size()).isGreaterThan(2);
        assertThat(server.asked.get(1).text().lines().count()).isLessThan(300);
    }

    @Test
    void aBadDocumentGoesToDeadAndTheOthersAreWritten() throws IOException {
        List<Event> events = new ArrayList<>(events(0, 10, ""));
        events.addAll(events(10, 11, "BAD"));
        events.addAll(events(11, 20, ""));
        FakeOutput out = write(sink("1MiB"), events);
        assertThat(out.events("dead")).containsExactly(events.get(10));
        assertThat(out.calls().get(10))
                .endsWith("mapper_parsing_exception: failed to parse (of this and that)");
        assertThat(documents).hasSize(19);
        assertThat(counts.rejected()).isEqualTo(1);
        assertThat(counts.delivered()).isEqualTo(19);
    }

    @Test
    void aRequestThatIsTooLargeIsHalvedAndADocumentThatIsGoesToDead() throws IOException {
        bytesMax = 2000;
        List<Event> events = new ArrayList<>(events(0, 50, ""));
        events.addAll(events(50, 51, "x".repeat(3000)));
        FakeOutput out = write(sink("1MiB"), events);
        assertThat(out.events("dead")).containsExactly(events.get(50));
        assertThat(documents).isEqualTo(ids(events.subList(0, 50)));
    }

    @Test
    void requestsAreNoLargerThanTold() throws IOException {
        write(sink("4KiB"), events(0, 100, ""));
        assertThat(server.asked).hasSizeGreaterThan(5).allMatch(a -> a.body().length <= 4096);
    }

    @Test
    void anIndexThatIsBlockedMakesItWait() {
        List<Event> events = events(0, 1, "BLOCKED");
        FakeOutput out = new FakeOutput();
        assertThatThrownBy(() -> sink("1MiB").handle(0, events, out)).isInstanceOf(IOException.class)
                .hasMessageContaining("it answered 403").hasMessageContaining("flood-stage");
        assertThat(out.calls()).isEmpty();
    }

    @Test
    void anAnswerThatIsNotOpenSearchsMakesItWait() {
        server.next.add(new Fault(Reply.of(200, "<html>Login</html>"), false));
        assertThatThrownBy(() -> write(sink("1MiB"), events(0, 2, "")))
                .hasMessageContaining("does not answer as OpenSearch does");
        server.next.add(new Fault(Reply.of(400, "The plain HTTP request was sent to HTTPS port"), false));
        assertThatThrownBy(() -> write(sink("1MiB"), events(0, 2, ""))).hasMessageContaining("it answered 400");
        assertThat(counts.rejected()).as("that was no word about the events").isZero();
    }

    @Test
    void whatAnEventLacksOfAnIndexIsMadeFromItsDay() throws IOException {
        Event parsed = Events.event(1, "{}");
        Event raw = parsed.with(parsed.time(), "", parsed.logSource(), parsed.json());
        write(sink("1MiB"), List.of(parsed));
        write(sink("1MiB"), List.of(raw));
        assertThat(indices).containsExactly("events-acme-2026.03.04", "events-acme-2026.03.04");
    }

    @Test
    void whoSendsIsSaid() throws IOException {
        String url = "http://127.0.0.1:" + server.port() + "/search";
        try (OpenSearchSink sink = new OpenSearchSink(new OpenSearchSinkConfig(SinkStream.ALERTS, url, "ann",
                new Secret("pa:ss"), null, "", true, ByteSize.parse("1MiB"), Duration.ofSeconds(5), null, false),
                counts)) {
            write(sink, events(0, 1, ""));
        }
        try (OpenSearchSink sink = new OpenSearchSink(new OpenSearchSinkConfig(SinkStream.ALERTS, url, null, null,
                new Secret("k3y"), "", true, ByteSize.parse("1MiB"), Duration.ofSeconds(5), null, false), counts)) {
            write(sink, events(0, 1, ""));
        }
        assertThat(server.asked).extracting(a -> a.header("Authorization")).containsExactly(
                "Basic " + Base64.getEncoder().encodeToString("ann:pa:ss".getBytes(StandardCharsets.UTF_8)),
                "ApiKey k3y");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingIsLostAndNothingIsTwiceWhateverTheServerDoes(long seed) {
        Random faults = new Random(seed);
        OpenSearchSink sink = sink("4KiB");
        busyOneIn = 10;
        List<Event> all = new ArrayList<>();
        for (int next = 0; next < 500; next += 50) {
            for (int i = faults.nextInt(6); i > 0; i--) {
                int[] statuses = {0, 500, 503, 429, 502};
                server.next.add(new Fault(new Reply(statuses[faults.nextInt(5)], "", Map.of("Retry-After", "0.01")),
                        faults.nextBoolean()));
            }
            List<Event> events = events(next, next + 50, "");
            all.addAll(events);
            await().pollInterval(Duration.ofMillis(5)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                sink.assigned(0, new FakeState());
                write(sink, events);
                return true;
            });
            assertThat(documents).as("what is committed is there").isEqualTo(ids(all));
        }
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> config("search.example:9200", "1MiB")).hasMessageContaining("https://host:port");
        assertThatThrownBy(() -> config("https://search.example:9200?x=1", "1MiB")).hasMessageContaining("query");
        assertThatThrownBy(() -> config("https://search.example:9200", "1")).hasMessageContaining("batch_max");
        assertThatThrownBy(() -> new OpenSearchSinkConfig(SinkStream.ALERTS, "https://s:1", "ann", null, null, "", true,
                ByteSize.parse("1MiB"), Duration.ofSeconds(5), null, false)).hasMessageContaining("password");
        assertThatThrownBy(
                () -> new OpenSearchSinkConfig(SinkStream.ALERTS, "https://s:1", null, null, null, "Big-", true,
                        ByteSize.parse("1MiB"), Duration.ofSeconds(5), null, false))
                .hasMessageContaining("index_prefix");
    }
}
