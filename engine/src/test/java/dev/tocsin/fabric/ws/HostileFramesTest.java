package dev.tocsin.fabric.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Policy;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.CanonicalJson;
import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.JsonWriter;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueGenerator;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hostile or clumsy clients do: each gets a clear answer, the connection what the policy says, others notice nothing. */
class HostileFramesTest {
    private static final int ROUNDS = Integer.getInteger("tocsin.hostile.rounds", 1000);
    private static final String HEAD = "{\"type\":\"data-message\",\"topic\":\"/t\",";

    @TempDir
    private Path spills = Path.of("unset");
    private Hub hub = new Hub("unset", Path.of("unset"));
    private WsServer server = new WsServer(new Endpoint("127.0.0.1", 0), WsConfig.DEFAULT, hub);
    private Endpoint at = new Endpoint("127.0.0.1", 0);

    @BeforeEach
    void start() {
        hub = new Hub("node", spills);
        WsConfig config = WsConfig.DEFAULT.withDelivery(Delivery.DEFAULT.with(Policy.spill().withMemoryBytes(1 << 20)));
        server = new WsServer(new Endpoint("127.0.0.1", 0), config, hub);
        at = server.start();
    }

    /** A client that came before the hostile one still gets what is published, in both directions. */
    @AfterEach
    void othersAreUnaffected() throws Exception {
        try (RawClient sub = RawClient.subscribed(at, "/after"); RawClient pub = RawClient.subscribed(at)) {
            pub.text(HEAD.replace("/t", "/after") + "\"@data-type\":\"count\",\"data\":1}");
            assertThat(sub.receive()).contains("\"count\",\"data\":1");
        } finally {
            server.close();
            hub.close();
        }
    }

    /** The connection is closed at once, but not broken off: that could take the reason from who has not read it yet. */
    @Test
    void whoIsRefusedAndGoesOnSendingIsToldWhy() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (RawClient client = RawClient.open(at)) {
                client.text("{}");
                TimeUnit.MILLISECONDS.sleep(20);
                for (int j = 0; j < 5; j++) {
                    client.text("[\"/x\"]");
                    TimeUnit.MILLISECONDS.sleep(2);
                }
                assertThat(client.receive()).contains("subscriptions not an array");
                assertThat(client.awaitClose().code()).isEqualTo(WsCodes.POLICY);
            }
        }
    }

    @Test
    void brokenJsonIsAnsweredOnceEachOrDelivered() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        hub.subscribe(List.of(""), m -> seen.add(m.topic()));
        Random random = new Random(11);
        ValueGenerator values = new ValueGenerator(12);
        JsonWriter json = new JsonWriter(JsonWriter.Precision.EXACT);
        int errors = 0;
        try (RawClient client = RawClient.subscribed(at)) {
            for (int i = 1; i <= ROUNDS; i++) {
                byte[] message = WsMessages.message(json, "/t", values.next(4)).toByteArray();
                for (int j = random.nextInt(3); j > 0; j--) {
                    message[random.nextInt(message.length)] = (byte) random.nextInt(256);
                }
                if (random.nextInt(4) == 0) {
                    message = Arrays.copyOf(message, random.nextInt(message.length));
                }
                client.frame(random.nextBoolean() ? WsCodes.TEXT : WsCodes.BINARY, message, true);
            }
            client.text("the end");
            String last = "";
            while (!last.contains("input #" + (ROUNDS + 1) + " ")) {
                last = client.receive();
                assertThat(CanonicalJson.member(last.getBytes(StandardCharsets.UTF_8), "type")).isEqualTo("error");
                errors++;
            }
        }
        for (int i = 0; i < ROUNDS + 1 - errors; i++) {
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(seen).isEmpty();
        assertThat(errors).isBetween(ROUNDS / 10, ROUNDS);
    }

    @Test
    void bytesThatAreNoFramesEndTheirConnectionOnly() throws Exception {
        Random random = new Random(13);
        for (int i = 0; i < 50; i++) {
            try (Socket socket = new Socket(at.host(), at.port())) {
                socket.setSoTimeout(4000);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeBytes(
                        "GET " + Dialect.PATH + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
                byte[] noise = new byte[1 + random.nextInt(2000)];
                random.nextBytes(noise);
                noise[0] |= 0x70;
                out.write(noise);
                out.flush();
                assertThat(socket.getInputStream().readAllBytes())
                        .startsWith("HTTP/1.1 101".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                assertThat(e).isNotInstanceOf(java.net.SocketTimeoutException.class);
            }
        }
    }

    @Test
    void tenMegabytesAreRefusedWithAnErrorAndAClose() throws Exception {
        try (RawClient client = RawClient.subscribed(at)) {
            byte[] big = new byte[10_000_000];
            Arrays.fill(big, (byte) 'x');
            client.text(big);
            assertThat(client.receive()).contains("message_too_large")
                    .contains("input #1 is longer than 8388608 bytes");
            assertThat(client.awaitClose().code()).isEqualTo(1009);
        }
    }

    @Test
    void sevenMegabytesInManyFragmentsArrive() throws Exception {
        BlockingQueue<Value> seen = new LinkedBlockingQueue<>();
        hub.subscribe(List.of("/t"), m -> seen.add(BinValues.read(m.payload())));
        try (RawClient client = RawClient.subscribed(at)) {
            List<String> parts = new ArrayList<>(List.of(HEAD + "\"@data-type\":\"string\",\"data\":\""));
            for (int i = 0; i < 700; i++) {
                parts.add("x".repeat(10_000));
            }
            parts.add("\"}");
            client.fragments(parts);
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(Value.of("x".repeat(7_000_000)));
        }
    }

    @Test
    void aThousandNestedArriveAndTooManyAreRefused() throws Exception {
        BlockingQueue<Value> seen = new LinkedBlockingQueue<>();
        hub.subscribe(List.of("/t"), m -> seen.add(BinValues.read(m.payload())));
        try (RawClient client = RawClient.subscribed(at, "/t"); RawClient other = RawClient.subscribed(at, "/t")) {
            String open = "\"@data-type\":\"vector\",\"data\":[";
            client.text(HEAD + (open + "{").repeat(999) + open + "]" + "}]".repeat(999) + "}");
            assertThat(seen.poll(10, TimeUnit.SECONDS)).extracting(Value::depth).isEqualTo(1000);
            assertThat(JsonValues.read(other.receiveBytes()).depth()).isEqualTo(1000);
            client.text(HEAD + (open + "{").repeat(1999) + open + "]" + "}]".repeat(1999) + "}");
            assertThat(client.receive()).contains("input #2 contained invalid data").contains("1024");
            client.text("[".repeat(1_000_000));
            assertThat(client.receive()).contains("input #3 contained malformed JSON").contains("nested_too_deeply");
            client.text("{\"data\":[".repeat(800) + "]}".repeat(800));
            assertThat(client.receive()).contains("input #4 contained invalid data");
        }
    }

    @Test
    void aWrongPathOrNoUpgradeIsAnsweredByHttp() throws Exception {
        for (String path : List.of("/", "/v1/messages", "/v1/messages/json/", "/v1/messages/json/../x", "/%00")) {
            assertThatThrownBy(() -> RawClient.open(at, path, Map.of(), true)).isInstanceOf(IOException.class)
                    .hasMessageContaining(" 400");
        }
        try (RawClient client = RawClient.open(at, Dialect.PATH + "?x=1", Map.of(), true)) {
            client.text("[]");
            assertThat(client.receive()).contains("\"ack\"");
        }
    }

    @Test
    void aReaderThatStopsHoldsNobodyUpAndMissesNothing() throws Exception {
        int count = 20_000;
        byte[] payload = BinValues.write(Value.of("x".repeat(500)));
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        hub.subscribe(List.of("/slow"), m -> seen.add(m.topic()));
        try (RawClient slow = RawClient.subscribed(at, "/slow")) {
            for (int i = 0; i < count; i++) {
                hub.publish("/slow/" + i, payload);
            }
            hub.publish("/slow/end", payload);
            for (int i = 0; i <= count; i++) {
                String topic = CanonicalJson.member(slow.receiveBytes(), "topic");
                assertThat(topic).isEqualTo(i == count ? "/slow/end" : "/slow/" + i);
            }
        }
    }

    @Test
    void aPublisherAtFullSpeedIsSlowedAndNeverCutOff() throws Exception {
        int count = 30_000;
        BlockingQueue<Value> seen = new LinkedBlockingQueue<>();
        Policy tight = Policy.block().withMemoryBytes(64 * 1024).withPatience(Duration.ZERO);
        hub.subscribe(List.of("/t"), m -> {
            seen.add(BinValues.read(m.payload()));
            if (seen.size() % 1000 == 0) {
                Thread.yield();
            }
        }, Delivery.DEFAULT.with(tight));
        try (RawClient client = RawClient.subscribed(at)) {
            for (int i = 0; i < count; i++) {
                client.textLater(
                        (HEAD + "\"@data-type\":\"count\",\"data\":" + i + "}").getBytes(StandardCharsets.UTF_8));
            }
            client.text("nonsense");
            assertThat(client.receive()).contains("input #" + (count + 1) + " ");
            assertThat(client.leave()).isEqualTo(1000);
        }
        for (int i = 0; i < count; i++) {
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(Value.count(i));
        }
    }
}
