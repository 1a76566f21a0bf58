package dev.tocsin.fabric.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server with a real hub and real sockets. */
class WsServerTest {
    private static final String COUNT = "{\"type\":\"data-message\",\"topic\":\"/t\",\"@data-type\":\"count\",\"data\":";

    @TempDir
    private Path spills = Path.of("unset");
    private Hub hub = new Hub("unset", Path.of("unset"));
    private WsServer server = new WsServer(new Endpoint("127.0.0.1", 0), WsConfig.DEFAULT, hub);
    private Endpoint at = new Endpoint("127.0.0.1", 0);

    @BeforeEach
    void start() {
        hub = new Hub("node", spills);
        start(WsConfig.DEFAULT);
    }

    private void start(WsConfig config) {
        server.close();
        server = new WsServer(new Endpoint("127.0.0.1", 0), config, hub);
        at = server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        hub.close();
    }

    @Test
    void aClientMeetsTheHubInBothDirections() throws Exception {
        BlockingQueue<Value> seen = new LinkedBlockingQueue<>();
        hub.subscribe(List.of("/t"), m -> seen.add(BinValues.read(m.payload())));
        try (RawClient client = RawClient.subscribed(at, "/t")) {
            client.text(COUNT + "7}");
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(Value.count(7));
            hub.publish("/t/x", BinValues.write(Value.of("gr\u00fc\u00df")));
            assertThat(client.receive())
                    .isEqualTo(
                            "{\"type\":\"data-message\",\"topic\":\"/t/x\",\"@data-type\":\"string\",\"data\":\"gr\u00fc\u00df\"}");
            assertThat(client.leave()).isEqualTo(1000);
        }
    }

    @Test
    void whatIsNoUtf8LeavesAsBinaryAndByBrokersDialectAsText() throws Exception {
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        for (Dialect dialect : Dialect.values()) {
            start(WsConfig.DEFAULT.withDialect(dialect));
            try (RawClient client = RawClient.subscribed(at, "/t")) {
                hub.publish("/t", BinValues.write(Value.of(all)));
                WsFrames.Frame frame = client.frame(RawClient.PATIENCE);
                assertThat(frame.opcode()).isEqualTo(dialect == Dialect.TOCSIN ? WsCodes.BINARY : WsCodes.TEXT);
                assertThat(dev.tocsin.fabric.data.JsonValues.read(frame.payload())).isEqualTo(Value.of(all));
            }
        }
    }

    @Test
    void rawBytesInTextFramesArriveAsTheyAre() throws Exception {
        BlockingQueue<Value> seen = new LinkedBlockingQueue<>();
        hub.subscribe(List.of("/t"), m -> seen.add(BinValues.read(m.payload())));
        try (RawClient client = RawClient.subscribed(at)) {
            byte[] frame = (COUNT.replace("count", "string") + "\"?\u0001\\v\"}").getBytes(StandardCharsets.ISO_8859_1);
            frame[frame.length - 6] = (byte) 0xff;
            client.text(frame);
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(Value.of(new byte[]{(byte) 0xff, 1, 0x0b}));
        }
    }

    @Test
    void anErrorIsExplainedAndTheConnectionStaysUsable() throws Exception {
        try (RawClient client = RawClient.subscribed(at, "/t"); RawClient other = RawClient.subscribed(at, "/t")) {
            client.text("oops");
            assertThat(client.receive())
                    .isEqualTo("{\"type\":\"error\",\"code\":\"deserialization_failed\",\"context\":"
                            + "\"input #1 contained malformed JSON -> caf::pec::unexpected_character(1, 1)\"}");
            client.text(COUNT + "-1}");
            assertThat(client.receive())
                    .isEqualTo("{\"type\":\"error\",\"code\":\"deserialization_failed\",\"context\":"
                            + "\"input #2 contained invalid data\",\"detail\":\"a count is a whole number from 0 to 2^64-1\"}");
            client.text("{\"@data-type\":\"count\",\"data\":1}");
            assertThat(client.receive()).contains("input #3 lacks its topic");
            client.text(COUNT + "4}");
            assertThat(other.receive()).isEqualTo(COUNT + "4}");
        }
    }

    @Test
    void aBadFirstMessageIsAnsweredAndTheConnectionClosed() throws Exception {
        for (String bad : List.of("5", "{}", "[1]", "nonsense", "[\"" + "x".repeat(70_000) + "\"]")) {
            try (RawClient client = RawClient.open(at)) {
                client.text(bad);
                assertThat(client.receive()).contains("\"type\":\"error\"");
                assertThat(client.awaitClose().code()).isEqualTo(1008);
            }
        }
    }

    @Test
    void whoDoesNotSubscribeInTimeIsToldAndClosed() throws Exception {
        start(WsConfig.DEFAULT.withLimits(WsLimits.DEFAULT.withHandshakeWithin(Duration.ofMillis(200))));
        try (RawClient client = RawClient.open(at)) {
            assertThat(client.receive()).contains("handshake_timeout");
            assertThat(client.awaitClose().code()).isEqualTo(1008);
        }
    }

    @Test
    void whoLeavesPingsUnansweredIsClosedAndWhoAnswersIsNot() throws Exception {
        start(WsConfig.DEFAULT.withLimits(WsLimits.DEFAULT.withPings(Duration.ofMillis(100), Duration.ofMillis(300))));
        try (RawClient mute = RawClient.open(at, Dialect.PATH, Map.of(), false)) {
            assertThat(mute.frame(RawClient.PATIENCE).opcode()).isEqualTo(WsCodes.PING);
            mute.text("[]");
            WsFrames.Frame close = mute.awaitClose();
            assertThat(close.code()).isEqualTo(1011);
            assertThat(close.reason()).isEqualTo("Ping timeout");
        }
        try (RawClient lively = RawClient.subscribed(at, "/t")) {
            assertThat(lively.isSilent(Duration.ofMillis(600))).isTrue();
            hub.publish("/t", BinValues.write(Value.count(1)));
            assertThat(lively.receive()).isEqualTo(COUNT + "1}");
        }
    }

    @Test
    void aMessageThatIsTooLongIsAnsweredAndTheConnectionClosed() throws Exception {
        start(WsConfig.DEFAULT.withLimits(WsLimits.DEFAULT.withMessageBytesMax(100_000)));
        try (RawClient client = RawClient.subscribed(at, "/t")) {
            client.text(COUNT + " ".repeat(90_000) + "1}");
            client.text(COUNT + " ".repeat(200_000) + "1}");
            assertThat(client.receive()).contains("message_too_large").contains("input #2");
            assertThat(client.awaitClose().code()).isEqualTo(1009);
        }
    }

    @Test
    void anErrorThatTheClientDoesNotAwaitTakesNothingFromWhatItSentAfterIt() throws Exception {
        BlockingQueue<Value> seen = new LinkedBlockingQueue<>();
        hub.subscribe(List.of("/t"), m -> seen.add(BinValues.read(m.payload())));
        try (RawClient client = RawClient.subscribed(at)) {
            for (int i = 0; i < 2000; i++) {
                client.textLater("nonsense".getBytes(StandardCharsets.UTF_8));
                client.textLater((COUNT + i + "}").getBytes(StandardCharsets.UTF_8));
            }
            assertThat(client.leave()).isEqualTo(1000);
        }
        for (int i = 0; i < 2000; i++) {
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(Value.count(i));
        }
    }

    @Test
    void allThatWasSentBeforeLeavingArrives() throws Exception {
        BlockingQueue<Value> seen = new LinkedBlockingQueue<>();
        hub.subscribe(List.of("/t"), m -> seen.add(BinValues.read(m.payload())));
        try (RawClient client = RawClient.subscribed(at)) {
            for (int i = 0; i < 5000; i++) {
                client.textLater((COUNT + i + "}").getBytes(StandardCharsets.UTF_8));
            }
            assertThat(client.leave()).isEqualTo(1000);
        }
        for (int i = 0; i < 5000; i++) {
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(Value.count(i));
        }
    }

    @Test
    void rightsHoldPerTopicAndStrangersAreNotAdmitted() throws Exception {
        Rights some = Rights.of(List.of("/mine"), List.of("/mine"));
        start(WsConfig.DEFAULT.withAdmission(
                caller -> Optional.of(some).filter(_ -> "yes".equals(caller.headers().apply("X-Let-Me")))));
        assertThatThrownBy(() -> RawClient.open(at)).hasMessageContaining("403");
        try (RawClient client = RawClient.open(at, Dialect.PATH, Map.of("X-Let-Me", "yes"), true)) {
            client.text("[\"/mine/x\"]");
            assertThat(client.receive()).contains("ack");
            client.text(COUNT + "1}");
            assertThat(client.receive()).contains("forbidden").contains("/t");
        }
        try (RawClient client = RawClient.open(at, Dialect.PATH, Map.of("X-Let-Me", "yes"), true)) {
            client.text("[\"/\"]");
            assertThat(client.receive()).contains("forbidden");
            assertThat(client.awaitClose().code()).isEqualTo(1008);
        }
        assertThat(hub.refused().messages()).isEqualTo(1);
        assertThat(hub.refused().subscriptions()).isEqualTo(1);
    }
}
