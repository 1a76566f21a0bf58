package dev.tocsin.fabric.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.CanonicalJson;
import dev.tocsin.fabric.data.JsonException;
import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.JsonWriter;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ZeekLogBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Exchanges with real Brokers and Zeeks, and some of our own, against our server and our client. The recordings are found
 * as {@link Transcript#recordings} says; without them only ours are replayed, and a test says so by being skipped. */
class TranscriptTest {
    @TempDir
    private Path spills = Path.of("unset");

    static Stream<Transcript> conversations() throws IOException {
        return Transcript.all().stream().filter(Transcript::isConversation);
    }

    static Stream<Transcript> withMessages() throws IOException {
        return Transcript.all().stream().filter(t -> t.received().stream().anyMatch(TranscriptTest::isMessage));
    }

    static Stream<Transcript> pings() throws IOException {
        return Transcript.all().stream().filter(t -> t.steps().stream().anyMatch(s -> s.path("opcode").asInt(0) == 9));
    }

    static Stream<Transcript> binaries() throws IOException {
        return Transcript.all().stream().filter(t -> t.root().path("messages").isArray());
    }

    @Test
    void theRecordingsAreThere() throws IOException {
        assumeTrue(Transcript.recordings().isPresent(),
                "no shared/broker-transcripts above the working directory, no TOCSIN_BROKER_TRANSCRIPTS");
        assertThat(conversations()).hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void ourServerAnswersAsTheRecordedOne(Transcript transcript) throws Exception {
        ZeekScript script = new ZeekScript(
                transcript.root().path("server").asString("").contains("add_network_timestamp=T"));
        WsConfig config = WsConfig.DEFAULT.withDialect(transcript.dialect()).withEvents(script);
        try (Hub hub = new Hub("node", spills);
                WsServer server = new WsServer(new Endpoint("127.0.0.1", 0), config, hub)) {
            Endpoint at = server.start();
            if (transcript.isZeek()) {
                script.run(hub);
            }
            assertThat(new Replay(transcript, at).run()).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("withMessages")
    void ourServerWritesWhatTheRecordedOneWrote(Transcript transcript) throws Exception {
        try (Hub hub = new Hub("node", spills);
                WsServer server = new WsServer(new Endpoint("127.0.0.1", 0),
                        WsConfig.DEFAULT.withDialect(transcript.dialect()), hub)) {
            try (RawClient client = RawClient.subscribed(server.start(), "")) {
                for (byte[] message : transcript.received()) {
                    String topic = isMessage(message) ? CanonicalJson.member(message, "topic") : "<$>";
                    if (!topic.startsWith("<$>")) {
                        hub.publish(topic, BinValues.write(JsonValues.read(message)));
                        byte[] ours = client.receiveBytes();
                        while (CanonicalJson.member(ours, "topic").startsWith("<$>")) {
                            ours = client.receiveBytes();
                        }
                        assertThat(CanonicalJson.of(ours)).isEqualTo(CanonicalJson.of(message));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("withMessages")
    void ourClientUnderstandsTheRecordedServer(Transcript transcript) throws Exception {
        List<WsFrames.Frame> frames = new ArrayList<>();
        byte[] ack = "{\"type\":\"ack\",\"endpoint\":\"e-1\",\"version\":\"1.2\"}".getBytes(StandardCharsets.UTF_8);
        frames.add(new WsFrames.Frame(WsCodes.TEXT, ack));
        List<String> expected = new ArrayList<>();
        for (byte[] message : transcript.received()) {
            if (!isJson(message)) {
                frames.add(new WsFrames.Frame(WsCodes.TEXT, message));
                expected.add("unreadable");
            } else if (!CanonicalJson.member(message, "type").equals("ack")) {
                frames.add(new WsFrames.Frame(WsCodes.TEXT, message));
                expected.add(CanonicalJson.of(message));
            }
        }
        frames.add(new WsFrames.Frame(WsCodes.CLOSE, new byte[]{3, (byte) 0xe8}));
        List<String> got = new ArrayList<>();
        CountDownLatch closed = new CountDownLatch(1);
        WsClient.Listener listener = new WsClient.Listener() {
            @Override
            public void message(String topic, Value value) {
                got.add(CanonicalJson.of(WsMessages
                        .message(new JsonWriter(JsonWriter.Precision.COMPATIBLE), topic, value).toByteArray()));
            }

            @Override
            public void error(String code, String context) {
                got.add(CanonicalJson.of(WsMessages.error(code, context, "")));
            }

            @Override
            public void unreadable(byte[] message, String why) {
                got.add("unreadable");
            }

            @Override
            public void closed(int code, String reason) {
                got.add("closed " + code);
                closed.countDown();
            }
        };
        try (FakeServer server = new FakeServer(frames);
                WsClient client = WsClient.connect(new WsClient.Settings(server.uri(), List.of("/test")), listener)) {
            assertThat(client.endpoint()).isEqualTo("e-1");
            assertThat(client.version()).isEqualTo("1.2");
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        }
        expected.add("closed 1000");
        assertThat(got).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("pings")
    void whoAnswersNoPingIsClosedAsRecorded(Transcript transcript) throws Exception {
        WsLimits soon = WsLimits.DEFAULT.withPings(Duration.ofMillis(500), Duration.ofMillis(1500));
        try (Hub hub = new Hub("node", spills);
                WsServer server = new WsServer(new Endpoint("127.0.0.1", 0), WsConfig.DEFAULT.withLimits(soon), hub);
                RawClient client = RawClient.open(server.start(), Dialect.PATH, Map.of(), false)) {
            client.text("[]");
            int last = 0;
            for (JsonNode step : transcript.steps()) {
                WsFrames.Frame frame = client.frame(RawClient.PATIENCE);
                while (last != 0 && frame.opcode() == WsCodes.PING) {
                    frame = client.frame(RawClient.PATIENCE);
                }
                last = frame.opcode();
                assertThat(last).isEqualTo(step.path("opcode").asInt());
                if (last == WsCodes.CLOSE) {
                    String payload = step.path("payload").asString();
                    assertThat(frame.code()).isEqualTo(payload.charAt(0) << 8 | payload.charAt(1));
                    assertThat(frame.reason()).isEqualTo(payload.substring(2));
                }
            }
            assertThat(last).isEqualTo(WsCodes.CLOSE);
        }
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void binaryPartsAreReadAndWrittenAsRecorded(Transcript transcript) {
        int read = 0;
        for (JsonNode message : transcript.root().path("messages")) {
            String format = message.path("parts").path(2).path("utf8").asString("");
            byte[] payload = HexFormat.of().parseHex(message.path("parts").path(3).path("hex").asString(""));
            if (format.equals(BinValues.FORMAT)) {
                assertThat(BinValues.write(BinValues.read(payload))).isEqualTo(payload);
                read++;
            } else if (format.equals("zeek-bin-serializer")) {
                assertThat(ZeekLogBatch.read(payload).write()).isEqualTo(payload);
                read++;
            }
        }
        assertThat(read).isPositive();
    }

    /** Broker prints a number that is not finite as no JSON has it. */
    private static boolean isJson(byte[] message) {
        try {
            return !CanonicalJson.of(message).isEmpty();
        } catch (JsonException e) {
            return false;
        }
    }

    private static boolean isMessage(byte[] message) {
        return isJson(message) && CanonicalJson.member(message, "type").equals("data-message");
    }
}
