package dev.tocsin.process;

import static dev.tocsin.process.Intakes.body;
import static dev.tocsin.process.Intakes.event;
import static dev.tocsin.process.Intakes.passed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Zeek and CloudTrail. */
class CloudAndNetworkTest {
    private static final String CONN = "\"ts\":1588318196.415772,\"uid\":\"ChD\",\"id.orig_h\":\"10.0.1.5\",\"id.orig_p\":50008,"
            + "\"id.resp_h\":\"10.0.1.4\",\"id.resp_p\":5985,\"proto\":\"tcp\",\"duration\":0.5,\"conn_state\":\"SF\"}";
    private final Processor processor = Processor.of(ProcessConfig.DEFAULT);

    @Test
    void zeekNamesItsStreamInThePath() {
        Event event = passed("{\"_path\":\"conn\",\"_write_ts\":\"2026-11-03T01:02:03Z\"," + CONN);
        JsonNode body = body(event);
        assertThat(event.logSource()).isEqualTo(new LogSource("zeek", List.of(), "conn"));
        assertThat(body.path("vendor").has("_path")).isFalse();
        assertThat(body.path("vendor").path("id.orig_h").asString()).isEqualTo("10.0.1.5");
        assertThat(event.time()).isEqualTo("2020-05-01T07:29:56.415772Z");
        assertThat(body.path("source").path("ip").asString()).isEqualTo("10.0.1.5");
        assertThat(body.path("destination").path("port").asInt()).isEqualTo(5985);
        assertThat(body.path("event").path("duration").asLong()).isEqualTo(500_000_000);
        assertThat(body.path("event").path("dataset").asString()).isEqualTo("zeek.conn");
        assertThat(body.path("network").path("transport").asString()).isEqualTo("tcp");
    }

    @Test
    void zeekStreamComesFromSourceTypeFileHintOrFields() {
        String line = "{" + CONN;
        String odd = line.replace("conn_state", "other");
        assertThat(
                passed(event(odd, "auto", t -> t.putObject("hec").put("sourcetype", "bro:smb_files:json"))).logSource()
                        .service())
                .isEqualTo("smb_files");
        assertThat(passed(event(odd, "auto", t -> t.putObject("hec").put("sourcetype", "corelight_dns"))).logSource()
                .service()).isEqualTo("dns");
        assertThat(passed(event(odd, "auto", t -> t.putObject("file").put("path", "/opt/zeek/logs/current/http.log")))
                .logSource().service()).isEqualTo("http");
        assertThat(passed(
                event(odd, "auto", t -> t.putObject("file").put("path", "/z/2026-11-03/ssl.01:00:00-02:00:00.log.gz")))
                .logSource().service()).isEqualTo("ssl");
        assertThat(
                passed(event(odd, "zeek", t -> t.putObject("logsource").put("product", "zeek").put("service", "rdp")))
                        .logSource().service())
                .isEqualTo("rdp");
        assertThat(passed(line).logSource().service()).isEqualTo("conn");
    }

    @Test
    void cloudTrailRecordIsReadAlone() {
        Event event = passed(
                "{\"eventVersion\":\"1.08\",\"eventTime\":\"2026-11-03T01:02:03Z\",\"eventSource\":\"iam.amazonaws.com\","
                        + "\"eventName\":\"CreateUser\",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"cloudformation.amazonaws.com\","
                        + "\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"eve\",\"accountId\":\"1\"},\"errorCode\":\"AccessDenied\"}");
        JsonNode body = body(event);
        assertThat(event.logSource()).isEqualTo(new LogSource("aws", List.of(), "cloudtrail"));
        assertThat(event.time()).isEqualTo("2026-11-03T01:02:03Z");
        assertThat(body.path("source").has("ip")).as("a name is no address").isFalse();
        assertThat(body.path("source").path("address").asString()).isEqualTo("cloudformation.amazonaws.com");
        assertThat(body.path("user").path("name").asString()).isEqualTo("eve");
        assertThat(body.path("event").path("outcome").asString()).isEqualTo("failure");
        assertThat(body.path("event").path("type").get(0).asString()).isEqualTo("creation");
    }

    @Test
    void cloudTrailBatchIsUnrolledIntoChildren() {
        Event intake = event(
                "{\"Records\":[{\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"GetObject\",\"awsRegion\":\"x\","
                        + "\"eventID\":\"abc\",\"eventTime\":\"2026-11-03T01:02:03Z\"},{\"eventSource\":\"s3.amazonaws.com\","
                        + "\"eventName\":\"PutObject\",\"awsRegion\":\"x\"},7]}",
                "auto");
        List<Outcome> outcomes = processor.process(intake);
        assertThat(outcomes).hasSize(4);
        assertThat(outcomes.getFirst()).isEqualTo(new Outcome.Dropped(intake, "unrolled", false));
        Event first = outcomes.get(1).event();
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Passed.class);
        assertThat(outcomes.stream().skip(1)).allMatch(Outcome::child);
        assertThat(first.id()).isEqualTo(EventId.ofVendor("acme", "test", "abc"));
        assertThat(first.index()).isEqualTo("events-acme-2026.11.03");
        assertThat(body(first).path("tocsin").path("id").asString()).isEqualTo(first.id().toString());
        assertThat(body(first).path("event").path("original").asString()).startsWith("{\"eventSource\"");
        assertThat(outcomes.get(2).event().id()).isEqualTo(EventId.ofChild(intake.id(), 1));
        assertThat(outcomes.get(3)).isInstanceOf(Outcome.Dead.class);
        Outcome.Dead dead = (Outcome.Dead) outcomes.get(3);
        assertThat(dead.cause()).contains("Records[2] is not an object");
        assertThat(body(dead.event()).path("event").path("original").asString()).isEqualTo("7");
    }

    @Test
    void anEmptyConfiguredBatchHasNoChildren() {
        assertThat(processor.process(event("{\"Records\":[]}", "cloudtrail"))).hasSize(1)
                .allMatch(o -> o instanceof Outcome.Dropped);
    }
}
