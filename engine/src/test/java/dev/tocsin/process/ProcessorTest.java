package dev.tocsin.process;

import static dev.tocsin.process.Intakes.body;
import static dev.tocsin.process.Intakes.dead;
import static dev.tocsin.process.Intakes.event;
import static dev.tocsin.process.Intakes.passed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ProcessorTest {
    private static final String CREATION = "{\"EventID\":1,\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"Image\":\"x\"%s}";

    @Test
    void anEventKeepsWhatCameAndSaysWhereFrom() {
        String line = "{\"a\": 1, \"_b\": 2,\"message\":\"hi\",\"timestamp\":\"2026-11-03T23:59:59.5-01:00\"}";
        Event event = passed(
                event(line, "auto", t -> t.put("peer", "10.0.0.1:999").putObject("file").put("path", "/x/y.log")));
        JsonNode body = body(event);
        assertThat(body.path("event").path("original").asString()).isEqualTo(line);
        assertThat(body.path("event").path("kind").asString()).isEqualTo("event");
        assertThat(body.path("event").path("created").asString()).isEqualTo("2026-11-21T06:00:00Z");
        assertThat(body.path("event").path("category").isArray()).isTrue();
        assertThat(body.path("ecs").path("version").asString()).isEqualTo(Ecs.VERSION);
        assertThat(body.path("vendor").toString())
                .isEqualTo("{\"a\":1,\"message\":\"hi\",\"timestamp\":\"2026-11-03T23:59:59.5-01:00\"}");
        assertThat(body.path("@timestamp").asString()).isEqualTo("2026-11-04T00:59:59.500Z");
        assertThat(event.index()).isEqualTo("events-acme-2026.11.04");
        JsonNode tocsin = body.path("tocsin");
        assertThat(tocsin.path("id").asString()).isEqualTo(event.id().toString());
        assertThat(tocsin.path("customer").asString()).isEqualTo("acme");
        assertThat(tocsin.path("source").asString()).isEqualTo("test");
        assertThat(tocsin.path("origin").asString()).isEqualTo("a/n1/1/7");
        assertThat(tocsin.path("format").asString()).isEqualTo("json");
        assertThat(tocsin.path("transport").asString()).isEqualTo("tcp");
        assertThat(body.path("log").path("file").path("path").asString()).isEqualTo("/x/y.log");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '~', value = {"{\"a\":~line 1 column", "{\"a\":NaN}~NaN",
            "{\"a\":1} x~line 1 column", "{'a':1}~line 1 column 2", "{~line 1", "{\"a\":\"\t\"}~line 1"})
    void whatBeginsAsJsonAndIsNoneIsDeadWithLineAndColumn(String line, String where) {
        assertThat(dead(line)).startsWith("JSON at line 1").contains(where).contains("send one complete JSON object");
    }

    @Test
    void secondLineIsNamed() {
        assertThat(dead("{\"a\":1,\n  \"b\":oops}")).contains("line 2 column");
    }

    @Test
    void nestingBeyondTheLimitIsDeadAndUpToItIsNot() {
        assertThat(dead("{\"a\":".repeat(1000) + "1" + "}".repeat(1000))).contains("JSON").contains("depth");
        int max = Json.DEPTH_MAX - 1;
        Event deepest = passed("{\"a\":".repeat(max) + "1" + "}".repeat(max));
        assertThat(body(deepest).has("vendor")).as("every reader can read it").isTrue();
        assertThat(dead("{\"a\":".repeat(max + 1) + "1" + "}".repeat(max + 1))).contains("nested deeper than 199");
    }

    @Test
    void invalidUtf8InJsonIsDeadWithTheByte() {
        byte[] bytes = "{\"a\":\"caf\u00E9\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(dead(Intakes.notUtf8(bytes, "auto"))).contains("not valid UTF-8").contains("byte 9");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '~', value = {"json~hello~JSON at line 1", "json~[1]~an array",
            "json~3~not one",
            "cef~hello~does not begin with CEF:", "zeek~x=1~zeek JSON", "windows~hello~Windows JSON",
            "nonsense~x~unknown format \"nonsense\""})
    void whatBreaksTheConfiguredFormatIsDead(String format, String line, String cause) {
        assertThat(dead(event(line, format))).contains(cause);
    }

    @Test
    void emptyMessagesAndStrangeBodiesAreDead() {
        assertThat(dead(" \r\n")).contains("the message is empty");
        assertThat(dead(Intakes.wrap("{".getBytes(StandardCharsets.UTF_8)))).contains("intake record is not JSON");
        assertThat(dead(Intakes.wrap("{}".getBytes(StandardCharsets.UTF_8)))).contains("no text in event.original");
    }

    @Test
    void configuredTextIsNeverParsed() {
        JsonNode body = body(passed(event("{\"a\":", "text")));
        assertThat(body.path("vendor").path("message").asString()).isEqualTo("{\"a\":");
    }

    @Test
    void configuredFormatsAreFoundWithinSyslog() {
        JsonNode body = body(passed(event("<13>Nov  3 01:02:03 h app: {\"a\":1}", "json")));
        assertThat(body.path("vendor").toString()).isEqualTo("{\"a\":1}");
    }

    @Test
    void halfASurrogatePairIsKeptAsItCame() {
        JsonNode body = body("{\"a\":\"x\\ud800y\"}");
        assertThat(body.path("vendor").path("a").asString()).isEqualTo("x\ud800y");
        assertThat(body.path("event").path("original").asString()).isEqualTo("{\"a\":\"x\\ud800y\"}");
    }

    @Test
    void anEventsOwnLogSourceWinsUnlessItIsNotTrusted() {
        String line = CREATION.formatted(",\"_logsource\":{\"product\":\"p\",\"category\":\"c\",\"service\":\"s\"}");
        assertThat(passed(line).logSource()).isEqualTo(new LogSource("p", List.of("c"), "s"));
        Processor doubting = new Processor(LogSourceClassifier.builtIn(), false);
        assertThat(doubting.process(event(line, "auto")).getFirst().event().logSource())
                .isEqualTo(new LogSource("windows", List.of("process_creation"), "sysmon"));
    }

    @Test
    void theSourcesHintWinsOverTheTableAndKeepsWhatItDoesNotName() {
        Event hinted = passed(event(CREATION.formatted(""), "auto",
                t -> t.putObject("logsource").put("product", "windows").put("service", "mine")));
        assertThat(hinted.logSource()).isEqualTo(new LogSource("windows", List.of("process_creation"), "mine"));
        Event other = passed(
                event(CREATION.formatted(""), "auto", t -> t.putObject("logsource").put("product", "macos")));
        assertThat(other.logSource()).isEqualTo(new LogSource("macos", List.of(), null));
        Event web = passed(event("1.2.3.4 - - [03/Nov/2026:01:02:03 +0000] \"GET / HTTP/1.0\" 200 1", "auto",
                t -> t.putObject("logsource").put("product", "apache")));
        assertThat(web.logSource()).isEqualTo(new LogSource("apache", List.of("webserver"), null));
    }

    @Test
    void timesOutsideTheCenturyDoNotMakeIndices() {
        assertThat(passed("{\"timestamp\":\"9999-01-01T00:00:00Z\"}").index()).isEqualTo("events-acme-2026.11.21");
        assertThat(passed("{\"timestamp\":1e300,\"ts\":-5}").index()).isEqualTo("events-acme-2026.11.21");
    }

    @Test
    void theSameInputGivesTheSameBytes() {
        Event intake = event(CREATION.formatted(""), "auto");
        assertThat(passed(intake)).isEqualTo(new Processor(LogSourceClassifier.builtIn(), true).process(intake)
                .getFirst().event());
    }

    @Test
    void whatAlreadySpeaksEcsKeepsItsNamesWithOurTypes() {
        JsonNode body = body(
                "{\"@timestamp\":\"2026-11-03T01:02:03Z\",\"ecs\":{\"version\":\"8.0\"},\"source\":{\"ip\":\"10.0.0.1\","
                        + "\"port\":\"443\"},\"user\":\"bob\",\"event\":{\"original\":\"forged\",\"category\":[\"process\"],\"type\":\"start\"},"
                        + "\"process\":{\"pid\":7,\"args\":[\"a\",1]},\"custom\":{\"x\":1}}");
        assertThat(body.path("source").toString()).isEqualTo("{\"ip\":\"10.0.0.1\",\"port\":443}");
        assertThat(body.path("process").toString()).isEqualTo("{\"pid\":7,\"args\":[\"a\",\"1\"]}");
        assertThat(body.path("event").path("original").asString()).startsWith("{\"@timestamp\"");
        assertThat(body.path("event").path("category").toString()).isEqualTo("[\"process\"]");
        assertThat(body.path("event").path("type").toString()).isEqualTo("[\"start\"]");
        assertThat(body.has("user")).isFalse();
        assertThat(body.has("custom")).isFalse();
        assertThat(body.path("vendor").path("user").asString()).isEqualTo("bob");
    }
}
