package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tocsin.event.Json;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.resource.v1.Resource;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class OtlpTest {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final long NANOS = 1_767_225_600_123_456_789L;
    /** The example of the specification's repository, shortened, with what its JSON rules allow: numbers as text. */
    private static final String JSON = """
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},
              {"key":"host.name","value":{"stringValue":"web-1"}}]},
             "scopeLogs":[{"scope":{"name":"lib","version":"1.0"},"logRecords":[
              {"timeUnixNano":"1767225600123456789","observedTimeUnixNano":"1767225600200000000","severityNumber":10,
               "severityText":"Information","traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",
               "body":{"stringValue":"user logged in"},"unknown":1,"attributes":[
                {"key":"string","value":{"stringValue":"some"}},{"key":"bool","value":{"boolValue":true}},
                {"key":"int","value":{"intValue":"9007199254740993"}},{"key":"double","value":{"doubleValue":0.5}},
                {"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":2}]}}},
                {"key":"map","value":{"kvlistValue":{"values":[{"key":"k","value":{"bytesValue":"AQI="}}]}}}]}]}]}]}
            """;

    private final HttpRig rig = new HttpRig();

    private static AnyValue text(String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }

    private static KeyValue attribute(String key, AnyValue value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private static LogRecord.Builder log(String body) {
        return LogRecord.newBuilder().setTimeUnixNano(NANOS).setObservedTimeUnixNano(1_767_225_600_200_000_000L)
                .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO2).setSeverityText("Information")
                .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex("5b8efff798038103d269b633813fc60c")))
                .setSpanId(ByteString.copyFrom(HexFormat.of().parseHex("eee19b7ec3c1b174"))).setBody(text(body));
    }

    private static byte[] request(LogRecord... logs) {
        return ExportLogsServiceRequest.newBuilder().addResourceLogs(ResourceLogs.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(attribute("service.name", text("shop")))
                        .addAttributes(attribute("host.name", text("web-1"))))
                .addScopeLogs(ScopeLogs.newBuilder()
                        .setScope(InstrumentationScope.newBuilder().setName("lib").setVersion("1.0"))
                        .addAllLogRecords(List.of(logs))))
                .build().toByteArray();
    }

    private static LogRecord example() {
        return log("user logged in").addAttributes(attribute("string", text("some")))
                .addAttributes(attribute("bool", AnyValue.newBuilder().setBoolValue(true).build()))
                .addAttributes(attribute("int", AnyValue.newBuilder().setIntValue(9_007_199_254_740_993L).build()))
                .addAttributes(attribute("double", AnyValue.newBuilder().setDoubleValue(0.5).build()))
                .addAttributes(attribute("list", AnyValue.newBuilder()
                        .setArrayValue(ArrayValue.newBuilder().addValues(text("a"))
                                .addValues(AnyValue.newBuilder().setIntValue(2)))
                        .build()))
                .addAttributes(attribute("map", AnyValue.newBuilder()
                        .setKvlistValue(KeyValueList.newBuilder().addValues(attribute("k", AnyValue.newBuilder()
                                .setBytesValue(ByteString.copyFrom(new byte[]{1, 2})).build())))
                        .build()))
                .build();
    }

    private HttpIntake.Response post(byte[] body, String type, String... more) {
        String[] headers = new String[more.length + 2];
        headers[0] = "Content-Type";
        headers[1] = type;
        System.arraycopy(more, 0, headers, 2, more.length);
        HttpIntake.Response response = rig.unsent("/v1/logs", body, headers);
        response.sent().run();
        return response;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void protobufAndJsonOfTheSameRecordAreTheSameEvent() throws Exception {
        HttpIntake.Response json = post(utf8(JSON), "application/json; charset=utf-8");
        assertThat(json.status()).isEqualTo(200);
        assertThat(json.contentType()).isEqualTo("application/json");
        assertThat(new String(json.body(), StandardCharsets.UTF_8)).isEqualTo("{}");
        HttpIntake.Response protobuf = post(request(example()), PROTOBUF);
        assertThat(protobuf.status()).isEqualTo(200);
        assertThat(protobuf.contentType()).isEqualTo(PROTOBUF);
        assertThat(ExportLogsServiceResponse.parseFrom(protobuf.body()).hasPartialSuccess()).isFalse();

        assertThat(rig.log.originals()).hasSize(2);
        JsonNode event = Json.read(rig.log.originals().getFirst());
        assertThat(Json.read(rig.log.originals().getLast())).isEqualTo(event);
        assertThat(event.path("body").asString()).isEqualTo("user logged in");
        assertThat(event.at("/resource/attributes").toString())
                .isEqualTo("{\"service.name\":\"shop\",\"host.name\":\"web-1\"}");
        assertThat(event.at("/scope/name").asString()).isEqualTo("lib");
        assertThat(event.path("attributes").toString()).isEqualTo("{\"string\":\"some\",\"bool\":true,"
                + "\"int\":9007199254740993,\"double\":0.5,\"list\":[\"a\",2],\"map\":{\"k\":\"AQI=\"}}");
        assertThat(event.path("traceId").asString()).isEqualTo("5b8efff798038103d269b633813fc60c");
        assertThat(event.path("timeUnixNano").asString()).isEqualTo(Long.toString(NANOS));
        JsonNode body = rig.log.bodies().getFirst();
        assertThat(body.path("@timestamp").asString()).isEqualTo("2026-01-01T00:00:00.123456789Z");
        assertThat(body.at("/tocsin/format").asString()).isEqualTo("otlp");
        assertThat(rig.log.events().getFirst().key()).isEqualTo("web/web-1");
        // The first was acknowledged, so the equal second is another event.
        assertThat(rig.log.ids()).hasSize(2);
    }

    @Test
    void aRequestThatWasNotAnsweredComesAgainUnderTheSameNames() {
        byte[] twice = request(log("a").build(), log("a").build(), log("b").build());
        rig.unsent("/v1/logs", HttpRig.gzip(twice), "Content-Type", PROTOBUF, "Content-Encoding", "gzip");
        assertThat(rig.log.ids()).hasSize(3);
        rig.restart(2);
        post(twice, PROTOBUF);
        assertThat(rig.log.size()).isEqualTo(6);
        assertThat(rig.log.ids()).hasSize(3);
    }

    @Test
    void recordsThatCannotBeEventsAreKeptAndToldAsPartialSuccess() throws Exception {
        HttpIntake.Response protobuf = post(request(log("x".repeat(200_000)).build(), log("good").build()), PROTOBUF);
        assertThat(protobuf.status()).isEqualTo(200);
        var told = ExportLogsServiceResponse.parseFrom(protobuf.body()).getPartialSuccess();
        assertThat(told.getRejectedLogRecords()).isEqualTo(1);
        assertThat(told.getErrorMessage()).contains("dead letters", "message_max");
        HttpIntake.Response json = post(utf8(
                "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[7,{\"body\":{\"stringValue\":\"ok\"}}]}]}]}"),
                "application/json");
        JsonNode answer = Json.read(json.body());
        assertThat(answer.at("/partialSuccess/rejectedLogRecords").asString()).isEqualTo("1");
        assertThat(rig.log.originals()).hasSize(2);
        assertThat(rig.log.deadOriginals()).hasSize(3).contains("7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", PROTOBUF})
    void whatIsNotOtlpIsKeptAndRefusedForGood(String type) {
        HttpIntake.Response response = post(utf8("[this is neither]"), type);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.contentType()).isEqualTo(type);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("not an OTLP request");
        assertThat(rig.log.deadOriginals()).containsExactly("[this is neither]");
        assertThat(rig.log.size()).isZero();
    }

    @Test
    void aSenderIsToldWhetherToComeAgain() {
        assertThat(post(utf8(JSON), "text/plain").status()).isEqualTo(415);
        assertThat(post(new byte[2 << 20], PROTOBUF).status()).isEqualTo(413);
        rig.log.refuse(true);
        HttpIntake.Response closed = post(utf8(JSON), "application/json");
        assertThat(closed.status()).isEqualTo(503);
        assertThat(closed.headers()).containsEntry("Retry-After", "1");
        rig.log.refuse(false);
        rig.log.hold();
        List<Thread> waiting = new java.util.ArrayList<>();
        // 16 MiB may be under way; each of these waits for the log with 900 KiB.
        byte[] large = request(log("x".repeat(90_000)).build(), log("x".repeat(90_000)).build(),
                log("x".repeat(90_000)).build(), log("x".repeat(90_000)).build(), log("x".repeat(90_000)).build(),
                log("x".repeat(90_000)).build(), log("x".repeat(90_000)).build(), log("x".repeat(90_000)).build(),
                log("x".repeat(90_000)).build(), log("x".repeat(90_000)).build());
        HttpIntake.Response last = null;
        for (int i = 1; i <= 18; i++) {
            int calls = i;
            Thread t = Thread.ofVirtual().start(() -> post(large, PROTOBUF));
            waiting.add(t);
            org.awaitility.Awaitility.await().until(() -> rig.log.calls() == calls || !t.isAlive());
        }
        last = post(large, PROTOBUF);
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.headers()).containsEntry("Retry-After", "1");
        rig.log.release();
        waiting.forEach(t -> org.awaitility.Awaitility.await().until(() -> !t.isAlive()));
        assertThat(post(utf8(JSON), "application/json").status()).isEqualTo(200);
    }

    @Test
    void nothingToSaySucceedsAndTokensCount() {
        assertThat(post(utf8("{}"), "application/json").status()).isEqualTo(200);
        HttpRig closed = new HttpRig(HttpRig.config(List.of(HttpRig.token("secret", "acme"))));
        assertThat(closed.unsent("/v1/logs", utf8(JSON), "Content-Type", "application/json").status()).isEqualTo(401);
        HttpIntake.Response known = closed.unsent("/v1/logs", utf8(JSON), "Content-Type", "application/json",
                "Authorization", "Bearer secret");
        assertThat(known.status()).isEqualTo(200);
        assertThat(closed.log.events().getFirst().customer()).isEqualTo("acme");
    }
}
