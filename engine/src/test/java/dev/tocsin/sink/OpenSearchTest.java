package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The sink writes into a real OpenSearch. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OpenSearchTest {
    private static final int KILLS = Integer.getInteger("tocsin.kills", 6);

    @TempDir
    static Path directory;

    private static OpenSearchProcess server;
    private final SinkCounts counts = new SinkCounts();

    @BeforeAll
    static void start() throws IOException {
        server = OpenSearchProcess.start(directory);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private OpenSearchSink sink() {
        OpenSearchSink sink = new OpenSearchSink(OpenSearchSinkTest.config(server.url(), "1MiB"), counts);
        sink.assigned(0, new FakeState());
        return sink;
    }

    @Test
    void eachDocumentIsThereOnceUnderItsIdHoweverOftenItIsSent() throws Exception {
        try (OpenSearchSink sink = sink()) {
            List<Event> events = List.of(Events.event(1, "{\"message\":\"one\"}"),
                    Events.event(2, "{\"message\":\"two\",\"list\":[{\"a\":\"ü\\n\\\"\"}]}"));
            for (int time = 0; time < 3; time++) {
                FakeOutput out = new FakeOutput();
                sink.handle(0, events, out);
                sink.flush(Commit.NONE);
                assertThat(out.calls()).containsExactly("done", "done");
            }
            assertThat(counts.delivered()).isEqualTo(6);
            assertThat(counts.redelivered()).isEqualTo(4);
            server.ask("POST", "/events-acme-2026.03.04/_refresh", "");
            assertThat(server.ask("GET", "/events-acme-2026.03.04/_count", "").path("count").asInt()).isEqualTo(2);
            JsonNode document = server.ask("GET", "/events-acme-2026.03.04/_doc/" + events.get(1).id(), "");
            assertThat(document.path("_version").asInt()).as("it was never written again").isEqualTo(1);
            assertThat(document.path("_source")).isEqualTo(JsonLine.body(events.get(1)));
        }
    }

    @Test
    void whatTheMappingForbidsGoesToDeadWithTheServersReasonAndTheOthersAreWritten() throws Exception {
        server.ask("PUT", "/strict-events-acme-2026.03.04",
                "{\"mappings\":{\"properties\":{\"port\":{\"type\":\"integer\"}}}}");
        OpenSearchSinkConfig config = new OpenSearchSinkConfig(SinkStream.EVENTS, server.url() + "/", null, null, null,
                "strict-", true, new dev.tocsin.base.ByteSize(1 << 20), java.time.Duration.ofSeconds(10), null, false);
        try (OpenSearchSink sink = new OpenSearchSink(config, counts)) {
            List<Event> events = List.of(Events.event(10, "{\"port\":1}"), Events.event(11, "{\"port\":\"none\"}"),
                    Events.event(12, "{\"port\":3}"));
            FakeOutput out = new FakeOutput();
            sink.handle(0, events, out);
            sink.flush(Commit.NONE);
            assertThat(out.events("done")).containsExactly(events.get(0), events.get(2));
            assertThat(out.events("dead")).containsExactly(events.get(1));
            assertThat(out.calls().get(1)).contains("mapper_parsing_exception", "[port] of type [integer]",
                    "For input string: \\\"none\\\"".replace("\\", ""));
            assertThat(counts.rejected()).isEqualTo(1);
        }
    }

    /** The sink's process is killed by kill -9 while it writes, again and again, and begins from its last commit. */
    @Test
    void afterKillsEachDocumentIsThereOnceAndNoneIsMissing() throws Exception {
        Random random = new Random(42);
        Path place = directory.resolve("place");
        for (int kill = 0; kill < KILLS; kill++) {
            run(place, 1 + random.nextInt(2));
        }
        run(place, Integer.MAX_VALUE);
        server.ask("POST", "/events-acme-2026.03.0*/_refresh", "");
        Set<String> expected = new HashSet<>();
        for (int n = 0; n < OpenSearchCrashChild.EVENTS; n++) {
            expected.add(OpenSearchCrashChild.event(n).id().toString());
        }
        JsonNode hits = server.ask("POST", "/events-acme-2026.03.01,events-acme-2026.03.02/_search",
                "{\"size\":10000,\"_source\":false,\"track_total_hits\":true}").path("hits");
        assertThat(hits.at("/total/value").asInt()).isEqualTo(OpenSearchCrashChild.EVENTS);
        Set<String> found = new HashSet<>();
        hits.path("hits").forEach(h -> found.add(h.path("_id").asString()));
        assertThat(found).isEqualTo(expected);
    }

    private static void run(Path place, int commits) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", classPath(),
                OpenSearchCrashChild.class.getName(), server.url(), place.toString()).redirectErrorStream(true).start();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            int seen = 0;
            String line = lines.readLine();
            while (seen < commits && line != null && !line.equals("finished")) {
                assertThat(line).isEqualTo("committed");
                seen++;
                line = seen < commits ? lines.readLine() : line;
            }
            assertThat(line).as("the child lives").isNotNull();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    static String classPath() {
        return java.util.stream.Stream.of(OpenSearchCrashChild.class, OpenSearchSink.class, Json.mapper().getClass(),
                tools.jackson.core.JsonParser.class, com.fasterxml.jackson.annotation.JsonInclude.class,
                org.slf4j.LoggerFactory.class, org.jspecify.annotations.Nullable.class).map(OpenSearchTest::place)
                .distinct().collect(java.util.stream.Collectors.joining(java.io.File.pathSeparator));
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
