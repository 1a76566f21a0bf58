package dev.tocsin.web;

import dev.tocsin.node.WebConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.health.Checks;
import dev.tocsin.log.Stream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LiveStreamsTest {
    private static final String TOKEN = "0123456789abcdef-token";

    private final FakeNode node = FakeNode.busy();
    private final WebServer server = new WebServer(node, new Checks(), WebConfig.at(new Endpoint("127.0.0.1", 0)),
            new Secret(TOKEN));
    private Client nobody;
    private Client admin;

    @BeforeEach
    void start() {
        nobody = Client.of(server.start());
        admin = nobody.with("Authorization", "Bearer " + TOKEN);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void streams_need_the_token_like_everything_else() throws Exception {
        assertThat(nobody.get("/api/v1/tap").statusCode()).isEqualTo(401);
        assertThat(nobody.get("/api/v1/live").statusCode()).isEqualTo(401);
        assertThat(node.taps).isEmpty();
    }

    @Test
    void a_tap_of_all_nodes_names_each_records_node_and_each_gaps() throws Exception {
        String prefix = "tocsin/tap/events/";
        try (BufferedReader lines = admin.stream("/api/v1/tap?stream=events&all=true")) {
            await().until(() -> node.listening.containsKey(prefix));
            Receiver receiver = node.listening.get(prefix);
            Value record = EventCall.of("Tocsin::tap", Value.of("events"), Value.of("n\"2"), Value.of("7"),
                    new Value.Timestamp(0), Value.of("{\"n\":1,\n\"x\":1.50}")).toValue();
            receiver.message(message(prefix + "n\"2", Value.of("no record")));
            receiver.gap(new Gap(prefix + "n3", UUID.randomUUID(), 9, 9, 17));
            receiver.message(message(prefix + "n\"2", record));
            assertThat(next(lines, "event: ")).isEqualTo("gap");
            assertThat(next(lines, "data: ")).isEqualTo("{\"node\":\"n3\",\"missed\":17}");
            assertThat(next(lines, "id: ")).isEqualTo("7");
            assertThat(next(lines, "data: ")).as("the record as it is").isEqualTo(
                    "{\"node\":\"n\\\"2\",\"record\":{\"n\":1, \"x\":1.50}}");
        }
        assertThat(nobody.get("/api/v1/tap?all=true").statusCode()).isEqualTo(401);
    }

    @Test
    void a_tap_of_topics_gives_messages_as_the_wire_has_them() throws Exception {
        try (BufferedReader lines = admin.stream("/api/v1/tap?topic=alice%2F")) {
            await().until(() -> node.listening.containsKey("alice/"));
            node.listening.get("alice/").message(message("alice/dogs", Value.count(3)));
            assertThat(Json.read(next(lines, "data: "))).isEqualTo(Json.read(
                    "{\"topic\":\"alice/dogs\",\"@data-type\":\"count\",\"data\":3}"));
            node.listening.get("alice/").gap(new Gap("alice/cats", UUID.randomUUID(), 9, 9, 2));
            assertThat(next(lines, "data: ")).isEqualTo("{\"topic\":\"alice/cats\",\"missed\":2}");
        }
        assertThat(nobody.get("/api/v1/tap?topic=x").statusCode()).isEqualTo(401);
    }

    private static Message message(String topic, Value value) {
        return new Message(topic, UUID.randomUUID(), 1, 1, BinValues.write(value));
    }

    @Test
    void a_tap_gives_each_record_of_its_stream_as_one_event_in_order() throws Exception {
        try (BufferedReader lines = admin.stream("/api/v1/tap?stream=events")) {
            awaitTaps(Stream.EVENTS, 1);
            node.publish(Stream.ALERTS, id(9), Instant.now(), json("{\"other\":1}"));
            for (int i = 0; i < 300; i++) {
                node.publish(Stream.EVENTS, id(i), Instant.now(), json("{\n\"n\":" + i + "\r\n}"));
            }
            for (int i = 0; i < 300; i++) {
                assertThat(next(lines, "id: ")).isEqualTo(id(i).toString());
                assertThat(Json.read(next(lines, "data: ")).get("n").asInt()).isEqualTo(i);
            }
        }
        // The tap of a reader who has gone is found closed at the next write.
        await().untilAsserted(() -> {
            node.publish(Stream.EVENTS, id(1), Instant.now(), json("{}"));
            assertThat(node.taps.get(Stream.EVENTS)).isEmpty();
        });
    }

    @Test
    void what_a_slow_reader_misses_is_announced_with_the_count() throws Exception {
        try (Socket socket = RawHttp.open(nobody.server())) {
            socket.getOutputStream().write(("GET /api/v1/tap?stream=alerts HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: Bearer " + TOKEN + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            awaitTaps(Stream.ALERTS, 1);
            int sent = 5000;
            byte[] big = json("{\"n\":\"" + "x".repeat(20_000) + "\"}");
            for (int i = 0; i < sent; i++) {
                node.publish(Stream.ALERTS, id(i), Instant.now(), big);
            }
            BufferedReader lines = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            int came = 0;
            String line = lines.readLine();
            while (!"event: gap".equals(line)) {
                came += line.startsWith("id: ") ? 1 : 0;
                line = lines.readLine();
            }
            int missed = Json.read(next(lines, "data: ")).get("missed").asInt();
            assertThat(missed).isPositive();
            assertThat(came + missed).isEqualTo(sent);
            node.publish(Stream.ALERTS, id(sent), Instant.now(), json("{}"));
            assertThat(next(lines, "id: ")).isEqualTo(id(sent).toString());
        }
    }

    @Test
    void the_live_stream_has_the_status_once_a_second_and_alerts_as_they_come() throws Exception {
        try (BufferedReader lines = admin.stream("/api/v1/live")) {
            assertThat(next(lines, "event: ")).isEqualTo("status");
            JsonNode first = Json.read(next(lines, "data: "));
            assertThat(first.at("/status/stages/1/name").asString()).isEqualTo("detect");
            assertThat(first.at("/health/level").asString()).isEqualTo("unknown");
            node.publish(Stream.ALERTS, id(7), Instant.parse("2026-11-21T10:00:00Z"), json("{\"summary\":\"s\"}"));
            assertThat(next(lines, "event: ")).isEqualTo("alert");
            JsonNode alert = Json.read(next(lines, "data: "));
            assertThat(alert.get("id").asString()).isEqualTo(id(7).toString());
            assertThat(alert.get("time").asString()).isEqualTo("2026-11-21T10:00:00Z");
            assertThat(alert.at("/document/summary").asString()).isEqualTo("s");
            assertThat(next(lines, "event: ")).isEqualTo("status");
            assertThat(next(lines, "event: ")).isEqualTo("status");
        }
    }

    @Test
    void closing_the_server_ends_the_streams_at_once() throws Exception {
        try (BufferedReader lines = admin.stream("/api/v1/tap")) {
            awaitTaps(Stream.ALERTS, 1);
            long start = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
            await().untilAsserted(() -> assertThat(node.taps.get(Stream.ALERTS)).isEmpty());
            assertThat(ends(lines)).isTrue();
        }
    }

    @Test
    void a_queue_keeps_its_bounds_and_puts_the_gap_where_it_was() throws Exception {
        Frames frames = new Frames(3, 10);
        byte[] four = {1, 2, 3, 4};
        frames.offer(four);
        frames.offer(four);
        frames.offer(four);
        assertThat(frames.poll(Duration.ZERO)).isEqualTo(four);
        frames.offer(new byte[]{9});
        assertThat(frames.poll(Duration.ZERO)).isEqualTo(four);
        assertThat(frames.poll(Duration.ZERO)).asString().isEqualTo("event: gap\ndata: {\"missed\":1}\n\n");
        assertThat(frames.poll(Duration.ZERO)).isEqualTo(new byte[]{9});
        assertThat(frames.poll(Duration.ofMillis(1))).isNull();
        frames.offer(new byte[11]);
        assertThat(frames.poll(Duration.ofSeconds(1))).asString().contains("\"missed\":1");
    }

    /** By its end or by the connection's: a reader must cope with both. */
    private static boolean ends(BufferedReader lines) {
        try {
            String line = lines.readLine();
            while (line != null) {
                line = lines.readLine();
            }
            return true;
        } catch (IOException e) {
            return true;
        }
    }

    private void awaitTaps(Stream stream, int count) {
        await().untilAsserted(() -> assertThat(node.taps.getOrDefault(stream, Set.of())).hasSize(count));
    }

    private static String next(BufferedReader lines, String prefix) throws Exception {
        String line = lines.readLine();
        while (!line.startsWith(prefix)) {
            line = lines.readLine();
        }
        return line.substring(prefix.length());
    }

    private static EventId id(int number) {
        return EventId.ofVendor("acme", "test", Integer.toString(number));
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
