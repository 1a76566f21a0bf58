package dev.tocsin.process;

import static dev.tocsin.process.Intakes.body;
import static dev.tocsin.process.Intakes.dead;
import static dev.tocsin.process.Intakes.passed;
import static dev.tocsin.process.Intakes.vendor;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SyslogTest {
    @Test
    void rfc5424IsReadWithStructuredDataAndItsEscapes() {
        String line = "<165>1 2026-10-11T22:14:15.003Z mymachine.example.com evntslog 1370 ID47 "
                + "[exampleSDID@32473 iut=\"3\" eventSource=\"App\\]li\\\"ca\\\\tion\" odd=\"a\\b\"][examplePriority@32473 class=\"high\"] "
                + "\uFEFFAn application event";
        JsonNode body = body(line);
        JsonNode vendor = body.path("vendor");
        assertThat(body.path("@timestamp").asString()).isEqualTo("2026-10-11T22:14:15.003Z");
        assertThat(vendor.path("hostname").asString()).isEqualTo("mymachine.example.com");
        assertThat(vendor.path("program").asString()).isEqualTo("evntslog");
        assertThat(vendor.path("pid").asString()).isEqualTo("1370");
        assertThat(vendor.path("msgid").asString()).isEqualTo("ID47");
        assertThat(vendor.path("facility").asString()).isEqualTo("local4");
        assertThat(vendor.path("severity").asString()).isEqualTo("notice");
        assertThat(vendor.path("message").asString()).isEqualTo("An application event");
        JsonNode data = vendor.path("structured_data");
        assertThat(data.path("exampleSDID@32473").path("eventSource").asString()).isEqualTo("App]li\"ca\\tion");
        assertThat(data.path("exampleSDID@32473").path("odd").asString()).isEqualTo("a\\b");
        assertThat(data.path("examplePriority@32473").path("class").asString()).isEqualTo("high");
        assertThat(body.path("log").path("syslog").path("facility").path("code").asInt()).isEqualTo(20);
        assertThat(body.path("event").path("original").asString()).isEqualTo(line);
    }

    @Test
    void rfc5424NilValuesAreAbsent() {
        JsonNode body = body("<34>1 - - - - - -");
        assertThat(body.path("@timestamp").asString()).isEqualTo("2026-11-21T06:00:00Z");
        assertThat(body.path("vendor").propertyNames()).containsExactly("facility", "severity", "message");
        assertThat(body.path("vendor").path("message").asString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '~', value = {
            "<192>1 - - - - - - hi~priority 192 is above 191~offset 1",
            "<99999999999>hi~above 191~offset 1", "<34>1 2026-13-11T22:14:15Z h a p m - x~timestamp~offset 6",
            "<34>1 yesterday h a p m - x~timestamp~offset 6", "<34>1 - h a~app name~offset 11",
            "<34>1 - h  a p m - x~empty~offset 10", "<34>1 - h a p m~message id~offset 15",
            "<34>1 - h a p m x~structured data begins neither~offset 16",
            "<34>1 - h a p m [id a=\"b x~element that began at offset 16 has no end~offset 26",
            "<34>1 - h a p m [id a=b] x~must begin with a quote~offset 22",
            "<34>1 - h a p m [id a=\"b\"]x~blank must follow~offset 26", "<34>1 - h a p m [] x~name~offset 17"})
    void brokenRfc5424IsDeadWithTheOffset(String line, String what, String where) {
        assertThat(dead(line)).contains(what).contains(where).contains(";");
    }

    @Test
    void invalidUtf8BehindAByteOrderMarkIsDead() {
        byte[] line = "<34>1 - h a p m - \u00EF\u00BB\u00BFcaf\u00E9".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(dead(Intakes.notUtf8(line, "auto"))).contains("byte order mark").contains("offset 18");
    }

    @Test
    void invalidUtf8ElsewhereInSyslogIsKept() {
        byte[] line = "<34>Nov 21 05:00:00 h app: caf\u00E9".getBytes(StandardCharsets.ISO_8859_1);
        JsonNode body = body(passed(Intakes.notUtf8(line, "auto")));
        assertThat(body.path("vendor").path("message").asString()).isEqualTo("caf\u00E9");
        assertThat(body.path("tocsin").has("original_base64")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '~', nullValues = "none", value = {
            "<34>Oct 11 22:14:15 mymachine su: 'su root' failed~2026-10-11T22:14:15Z~mymachine~su~none~'su root' failed",
            "<13>Nov  3 01:02:03 web-1 nginx[42]: hello world~2026-11-03T01:02:03Z~web-1~nginx~42~hello world",
            "<13>Nov  3 01:02:03.250 10.0.0.1 app: x~2026-11-03T01:02:03.250Z~10.0.0.1~app~none~x",
            "<13>2026-11-03T01:02:03.5+02:00 web-1 app[1]: x~2026-11-02T23:02:03.500Z~web-1~app~1~x",
            "<13>Nov 3 2025 01:02:03 fw : %ASA-6-302013: Built~2025-11-03T01:02:03Z~fw~%ASA-6-302013~none~Built",
            "<13>Nov  3 01:02:03 sshd[7]: no host here~2026-11-03T01:02:03Z~none~sshd~7~no host here",
            "<189>29: *Mar  1 18:46:11.000: %SYS-5-CONFIG_I: Configured~2026-03-01T18:46:11Z~none~%SYS-5-CONFIG_I~none~Configured",
            "<13>just a message~2026-11-21T06:00:00Z~none~none~none~just a message",
            "Nov  3 01:02:03 web-1 cron[9]: no priority~2026-11-03T01:02:03Z~web-1~cron~9~no priority",
            "2026-11-03T01:02:03+00:00 web-1 cron[9]: iso~2026-11-03T01:02:03Z~web-1~cron~9~iso"})
    void rfc3164AndItsVariantsAreRead(String line, String time, String host, String program, String pid,
            String message) {
        JsonNode body = body(line);
        JsonNode vendor = body.path("vendor");
        assertThat(Instant.parse(body.path("@timestamp").asString())).isEqualTo(Instant.parse(time));
        assertThat(vendor.path("hostname").asString(null)).isEqualTo(host);
        assertThat(vendor.path("program").asString(null)).isEqualTo(program);
        assertThat(vendor.path("pid").asString(null)).isEqualTo(pid);
        assertThat(vendor.path("message").asString()).isEqualTo(message);
        assertThat(body.path("tocsin").path("format").asString()).isEqualTo("syslog");
    }

    @Test
    void theYearOfAMessageFromBeforeNewYearIsTheOneBefore() {
        Instant newYear = Instant.parse("2027-01-01T00:00:05Z");
        assertThat(Timestamps.parse("Dec 31 23:59:58", newYear)).isEqualTo("2026-12-31T23:59:58Z");
        assertThat(Timestamps.parse("Jan  1 00:00:30", newYear)).isEqualTo("2027-01-01T00:00:30Z");
        Instant oldYear = Instant.parse("2026-12-31T23:59:58Z");
        assertThat(Timestamps.parse("Jan  1 00:00:02", oldYear)).isEqualTo("2027-01-01T00:00:02Z");
        assertThat(Timestamps.parse("Feb 29 12:00:00", Instant.parse("2028-03-01T00:00:00Z")))
                .isEqualTo("2028-02-29T12:00:00Z");
        assertThat(Timestamps.parse("Feb 29 12:00:00", Instant.parse("2026-03-01T00:00:00Z"))).isNull();
    }

    @Test
    void jsonWithinSyslogIsTheEventAndTheHeaderIsKept() {
        JsonNode body = body("<13>Nov  3 01:02:03 web-1 app[4]: @cee: {\"user\":\"bob\",\"n\":1}");
        assertThat(body.path("vendor").toString()).isEqualTo("{\"user\":\"bob\",\"n\":1}");
        assertThat(body.path("host").path("name").asString()).isEqualTo("web-1");
        assertThat(body.path("process").path("pid").asLong()).isEqualTo(4);
        assertThat(body.path("@timestamp").asString()).isEqualTo("2026-11-03T01:02:03Z");
        assertThat(body.path("tocsin").path("format").asString()).isEqualTo("json");
    }

    @Test
    void brokenJsonWithinSyslogIsDeadAndABraceAloneIsText() {
        assertThat(dead("<13>Nov  3 01:02:03 web-1 app: {\"user\":")).contains("JSON in the syslog message at line 1");
        assertThat(vendor("<13>Nov  3 01:02:03 web-1 app: {worker 3} done").path("message").asString())
                .isEqualTo("{worker 3} done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-21 05:56:14 INFO main: started", "hello", "Nov is a month", "<b>bold</b>",
            "[1,2]"})
    void whatDeclaresNothingIsText(String line) {
        JsonNode body = body(line);
        assertThat(body.path("tocsin").path("format").asString()).isEqualTo("text");
        assertThat(body.path("vendor").path("message").asString()).isEqualTo(line);
        assertThat(body.path("message").asString()).isEqualTo(line);
    }
}
