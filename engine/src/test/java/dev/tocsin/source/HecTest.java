package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.EventId;
import dev.tocsin.source.HttpRig.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HecTest {
    private static final String EVENT = "/services/collector/event";
    private final HttpRig rig = new HttpRig();

    @ParameterizedTest
    @ValueSource(strings = {"/services/collector", "/services/collector/event", "/services/collector/event/1.0"})
    void objectsOneAfterTheOtherBecomeEventsWithTheirExactBytes(String path) {
        Reply reply = rig.post(path, """
                {"time": 1426279439.5, "host":"h1","source":"s","sourcetype":"st","index":"i","event":"two\\nlines"}
                {"event": {"b" : 1.50,  "a":[1, 2] } ,"fields":{"k":"v"},"time":"1426279440"}{"event":42}""");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().toString()).isEqualTo("{\"text\":\"Success\",\"code\":0}");
        assertThat(rig.log.originals()).containsExactly("two\nlines", "{\"b\" : 1.50,  \"a\":[1, 2] }", "42");
        JsonNode first = rig.log.bodies().getFirst();
        assertThat(first.path("@timestamp").asString()).isEqualTo("2015-03-13T20:43:59.500Z");
        assertThat(first.at("/event/created").asString()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(new String(rig.log.events().getFirst().json(), StandardCharsets.UTF_8)).endsWith("""
                "tocsin":{"format":"auto","transport":"hec","peer":"10.0.0.9","hec":{"time":1426279439.5,\
                "host":"h1","source":"s","sourcetype":"st","index":"i"}}}""");
        JsonNode second = rig.log.bodies().get(1);
        assertThat(second.path("@timestamp").asString()).isEqualTo("2015-03-13T20:44:00Z");
        assertThat(second.at("/tocsin/hec/fields/k").asString()).isEqualTo("v");
        assertThat(rig.log.events().getFirst().key()).isEqualTo("web/h1");
        assertThat(rig.log.events().getLast().key()).isEqualTo("web");
        assertThat(rig.log.events().getFirst().customer()).isEqualTo("acme");
    }

    @Test
    void anEnvelopeThatSaysTooMuchIsKeptInPiecesAndTheOthersAreEvents() {
        String long1 = "{\"event\":\"small\",\"fields\":{\"a\":\"" + "x".repeat(300 << 10) + "\"}}";
        assertThat(rig.post(EVENT, "{\"event\":\"one\"}" + long1 + "{\"event\":\"two\"}").status()).isEqualTo(200);
        assertThat(rig.log.originals()).containsExactly("one", "two");
        assertThat(rig.log.dead()).hasSizeGreaterThan(2)
                .allSatisfy(d -> assertThat(d.cause()).contains("beside the event"));
    }

    @Test
    void halfACharacterInAnEnvelopeIsNoReasonToSendItForEver() {
        Reply reply = rig.post(EVENT, "{\"event\":\"one\"}{\"event\":\"a\",\"host\":\"\\ud800\"}");
        assertThat(reply.status()).isLessThan(500);
        assertThat(rig.log.originals()).contains("one");
    }

    @Test
    void anArrayOfEnvelopesIsABatch() {
        assertThat(rig.post(EVENT, "[{\"event\":\"a\"},{\"event\":\"b\"}]").status()).isEqualTo(200);
        assertThat(rig.log.originals()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"|5|No data|", "  |5|No data|", "{\"time\":1}|12|Event field is required|0",
            "{\"event\":null}|12|Event field is required|0", "{\"event\":\"\"}|13|Event field cannot be blank|0",
            "{\"event\":\"ok\"} nonsense|6|Invalid data format|1",
            "{\"event\":\"ok\"}{\"event\":|6|Invalid data format|1",
            "\"text\"|6|Invalid data format|0",
            "{\"event\":\"a\",\"time\":\"noon\"}|15|Error in handling indexed fields|0",
            "{\"event\":\"a\",\"fields\":[1]}|15|Error in handling indexed fields|0",
            "{\"event\":NaN}|6|Invalid data format|0"})
    void wrongBodiesAnswerWithSplunksCodes(String body, int code, String text, Integer number) {
        Reply reply = rig.post(EVENT, body == null ? "" : body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.text()).isEqualTo(text);
        if (number != null) {
            assertThat(reply.json().path("invalid-event-number").asInt(-1)).isEqualTo(number);
            assertThat(rig.log.dead()).hasSize(1);
        }
    }

    @Test
    void whatStandsBeforeAnInvalidObjectIsAcceptedAndTheRestIsKept() {
        String rest = "{\"event\":\"c\",,}{\"event\":\"d\"}";
        Reply reply = rig.post(EVENT, "{\"event\":\"a\"}{\"event\":\"b\"}" + rest);
        assertThat(reply.code()).isEqualTo(6);
        assertThat(reply.json().path("invalid-event-number").asInt()).isEqualTo(2);
        assertThat(rig.log.originals()).containsExactly("a", "b");
        assertThat(rig.log.deadOriginals()).containsExactly(rest);
        assertThat(rig.log.causes().getFirst()).contains("event 2 of the request", "not valid JSON at byte");
    }

    @Test
    void hostileJsonIsKeptAndSaidToBeWrong() {
        for (String event : List.of("[".repeat(100_000), "1".repeat(2000), "{\"a\":\"\\ud800\"", "\"\u0001\"",
                "\"\\u00\"")) {
            assertThat(rig.post(EVENT, "{\"event\":" + event + "}").code()).isEqualTo(6);
        }
        byte[] latin1 = "{\"event\":\"gr\u00fc\u00dfe\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(rig.post(EVENT, latin1).code()).isEqualTo(6);
        byte[] utf16 = "{\"event\":\"a\"}".getBytes(StandardCharsets.UTF_16);
        assertThat(rig.post(EVENT, utf16).code()).isEqualTo(6);
        assertThat(rig.log.dead()).hasSize(7);
        assertThat(rig.log.size()).isZero();
        byte[] bom = "\ufeff{\"event\":{\"x\":1}}".getBytes(StandardCharsets.UTF_8);
        assertThat(rig.post(EVENT, bom).status()).isEqualTo(200);
        assertThat(rig.log.originals()).containsExactly("{\"x\":1}");
    }

    @Test
    void anEventThatIsTooLongIsKeptInPieces() {
        assertThat(rig.post(EVENT, "{\"event\":\"" + "x".repeat(150_000) + "\"}{\"event\":\"b\"}").status())
                .isEqualTo(200);
        assertThat(rig.log.originals()).containsExactly("b");
        assertThat(String.join("", rig.log.deadOriginals())).isEqualTo("x".repeat(150_000));
        assertThat(rig.log.causes().getFirst()).contains("150000 bytes", "piece 1 of 2");
    }

    @Test
    void rawLinesAreEventsWithTheMetadataOfTheQuery() {
        assertThat(rig.post("/services/collector/raw?host=h%201&sourcetype=x&time=1426279439", "one\r\n\ntwo")
                .status()).isEqualTo(200);
        assertThat(rig.log.originals()).containsExactly("one", "two");
        assertThat(rig.log.bodies().getFirst().at("/tocsin/hec/host").asString()).isEqualTo("h 1");
        assertThat(rig.log.bodies().getFirst().path("@timestamp").asString()).isEqualTo("2015-03-13T20:43:59Z");
        assertThat(rig.log.events().getFirst().key()).isEqualTo("web/h 1");
        assertThat(rig.post("/services/collector/raw", "").code()).isEqualTo(5);
    }

    @Test
    void withoutAChannelTheAnswerWaitsUntilTheEventsAreDurable() throws Exception {
        rig.log.hold();
        Thread client = Thread.ofVirtual().start(() -> rig.post(EVENT, "{\"event\":\"a\"}"));
        await().until(() -> rig.log.size() == 1);
        assertThat(client.join(Duration.ofMillis(50))).isFalse();
        rig.log.release();
        assertThat(client.join(Duration.ofSeconds(60))).isTrue();
    }

    @Test
    void withAChannelTheAnswerComesAtOnceAndAckIsTrueOnlyWhenDurable() {
        rig.log.hold();
        for (int i = 0; i < 3; i++) {
            Reply r = rig.post(EVENT, "{\"event\":\"a" + i + "\"}", "X-Splunk-Request-Channel", "c1");
            assertThat(r.json().toString()).isEqualTo("{\"text\":\"Success\",\"code\":0,\"ackId\":" + i + "}");
        }
        assertThat(rig.post(EVENT + "?channel=c2", "{\"event\":\"b\"}").json().path("ackId").asInt(-1)).isZero();
        assertThat(acks("c1", "[0,1,9]")).isEqualTo("{\"acks\":{\"0\":false,\"1\":false,\"9\":false}}");
        rig.log.release();
        assertThat(acks("c1", "[0,1,9]")).isEqualTo("{\"acks\":{\"0\":true,\"1\":true,\"9\":false}}");
        assertThat(acks("c1", "[0]")).as("a lost answer can be asked for again").isEqualTo("{\"acks\":{\"0\":true}}");
        assertThat(acks("other", "[0]")).isEqualTo("{\"acks\":{\"0\":false}}");
    }

    private String acks(String channel, String ids) {
        return rig.post("/services/collector/ack?channel=" + channel, "{\"acks\":" + ids + "}").json().toString();
    }

    @Test
    void anAckIdOfAnEarlierProcessNeverAnswersForALaterBatch() {
        rig.log.hold();
        long before = rig.post(EVENT + "?channel=c", "{\"event\":\"lost\"}").json().path("ackId").asLong();
        rig.log.release();
        rig.restart(2);
        long after = rig.post(EVENT + "?channel=c", "{\"event\":\"kept\"}").json().path("ackId").asLong();
        assertThat(after).isNotEqualTo(before);
        assertThat(acks("c", "[" + before + "," + after + "]"))
                .isEqualTo("{\"acks\":{\"" + before + "\":false,\"" + after + "\":true}}");
    }

    @Test
    void aForgottenChannelBeginsAboveTheIdsItGave() {
        assertThat(rig.post(EVENT + "?channel=c", "{\"event\":\"a\"}").json().path("ackId").asLong()).isZero();
        rig.now = rig.now.plus(Duration.ofMinutes(11));
        assertThat(rig.post(EVENT + "?channel=c", "{\"event\":\"b\"}").json().path("ackId").asLong()).isEqualTo(1);
        assertThat(acks("c", "[0,1]")).isEqualTo("{\"acks\":{\"0\":false,\"1\":true}}");
    }

    @Test
    void tooManyUnacknowledgedBatchesAreRefusedAndAcknowledgedOnesMakeRoom() {
        rig.log.hold();
        for (int i = 0; i < AckChannels.BATCHES_MAX; i++) {
            rig.unsent(EVENT + "?channel=c", ("{\"event\":\"" + i + "\"}").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(rig.post(EVENT + "?channel=c", "{\"event\":\"x\"}").code()).isEqualTo(9);
        rig.log.release();
        assertThat(rig.post(EVENT + "?channel=c", "{\"event\":\"x\"}").code()).isZero();
    }

    @Test
    void aRepeatedUnacknowledgedBatchHasTheSameIdsAndAnEqualEventAfterTheAnswerANewOne() {
        String batch = "{\"event\":\"e\",\"time\":1}{\"event\":\"e\",\"time\":1}{\"event\":\"f\",\"time\":1}";
        byte[] bytes = batch.getBytes(StandardCharsets.UTF_8);
        rig.unsent(EVENT, bytes);
        Set<EventId> ids = rig.log.ids();
        assertThat(ids).as("equals within a request differ").hasSize(3);
        rig.unsent(EVENT, bytes);
        rig.restart(2);
        rig.post(EVENT, batch);
        assertThat(rig.log.ids()).isEqualTo(ids);
        rig.post(EVENT, batch);
        assertThat(rig.log.ids()).hasSize(6);
        rig.post(EVENT, batch.replace("\"time\":1", "\"time\":2"));
        assertThat(rig.log.ids()).as("the time is part of the content").hasSize(9);
    }

    @Test
    void withAChannelAnEqualEventIsNewOnceThePollAnsweredTrue() {
        String one = "{\"event\":\"e\"}";
        rig.post(EVENT + "?channel=c", one);
        rig.post(EVENT + "?channel=c", one);
        assertThat(rig.log.ids()).hasSize(1);
        acks("c", "[0]");
        acks("c", "[0,1]");
        rig.post(EVENT + "?channel=c", one);
        assertThat(rig.log.ids()).hasSize(2);
        assertThat(rig.log.size()).isEqualTo(3);
    }

    @Test
    void anEventWithAVendorsIdKeepsItsNameWhateverElseChanges() {
        rig.post(EVENT, "{\"event\":\"a\",\"fields\":{\"id\":\"4711\"}}");
        rig.post(EVENT, "{\"event\":\"a again\",\"time\":7,\"fields\":{\"id\":4711}}");
        assertThat(rig.log.ids()).containsExactly(EventId.ofVendor("acme", "web", "4711"));
    }

    @Test
    void tokensDecideWhoseTheEventsAre() {
        HttpRig guarded = new HttpRig(
                HttpRig.config(List.of(HttpRig.token("s3cret", "red"), HttpRig.token("other", "blue"))));
        String one = "{\"event\":\"e\",\"customer\":\"evil\"}";
        assertThat(guarded.post(EVENT, one).code()).isEqualTo(2);
        assertThat(guarded.post(EVENT + "?token=s3cret", one).code()).isEqualTo(16);
        assertThat(guarded.post(EVENT, one, "Authorization", "s3cret").code()).isEqualTo(3);
        assertThat(guarded.post(EVENT, one, "Authorization", "Basic %%%").code()).isEqualTo(3);
        for (String wrong : List.of("s3cre", "s3crett", "S3CRET", "3cret", "", "s3cret,other")) {
            assertThat(guarded.post(EVENT, one, "Authorization", "Splunk " + wrong).code()).isIn(3, 4);
        }
        assertThat(guarded.log.size()).isZero();
        assertThat(guarded.post(EVENT, one, "Authorization", "Splunk s3cret").code()).isZero();
        assertThat(guarded.post(EVENT, one, "authorization", "Bearer other").code()).isZero();
        assertThat(guarded.post(EVENT, one, "Authorization", "Basic eDpvdGhlcg==").code()).isZero();
        assertThat(guarded.log.events().stream().map(e -> e.customer()).toList()).containsExactly("red", "blue",
                "blue");
        guarded.log.hold();
        guarded.post(EVENT + "?channel=c", one, "Authorization", "Splunk s3cret");
        guarded.log.release();
        assertThat(guarded.post("/services/collector/ack?channel=c", "{\"acks\":[0]}", "Authorization", "Bearer other")
                .json().at("/acks/0").asBoolean()).as("another token's channel").isFalse();
    }

    @Test
    void theRestOfTheProtocolAnswersAsSplunkDoes() {
        assertThat(rig.post("/services/collector/ack", "{\"acks\":[0]}").code()).isEqualTo(10);
        assertThat(rig.post("/services/collector/ack?channel=c", "{\"acks\":7}").code()).isEqualTo(6);
        assertThat(rig.post(EVENT, "{\"event\":1}", "X-Splunk-Request-Channel", "not a channel").code()).isEqualTo(11);
        assertThat(rig.post("/services/collector/health", "").code()).isEqualTo(17);
        assertThat(rig.post("/services/collector/nothing", "").status()).isEqualTo(404);
        assertThat(rig.intake.handle(rig.request("GET", EVENT, java.io.InputStream.nullInputStream())).status())
                .isEqualTo(405);
        rig.log.refuse(true);
        Reply busy = rig.post(EVENT, "{\"event\":1}");
        assertThat(busy.status()).isEqualTo(503);
        assertThat(busy.code()).isEqualTo(9);
        assertThat(rig.post("/services/collector/health/1.0", "").code()).isEqualTo(18);
        assertThat(rig.intake.status().state()).isEqualTo("waiting");
        rig.log.refuse(false);
        rig.intake.close();
        assertThat(rig.post(EVENT, "{\"event\":1}").code()).isEqualTo(9);
        assertThat(rig.log.size()).isZero();
    }
}
