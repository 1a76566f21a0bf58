package dev.tocsin.process;

import static dev.tocsin.process.Intakes.body;
import static dev.tocsin.process.Intakes.dead;
import static dev.tocsin.process.Intakes.event;
import static dev.tocsin.process.Intakes.passed;
import static dev.tocsin.process.Intakes.vendor;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Key=value, CEF and access logs. */
class TextFormatsTest {
    @Test
    void keyValueIsReadWithQuotesAndEscapes() {
        JsonNode body = body(
                "date=2026-11-03 time=01:02:03 devname=\"FG \\\"1\\\"\" devid=\"FG100\" logid=\"0000000013\" "
                        + "type=\"traffic\" srcip=10.1.2.3 srcport=5555 dstip=8.8.8.8 dstport=99999 note='it is' list=a,b empty= end=x");
        JsonNode vendor = body.path("vendor");
        assertThat(vendor.path("devname").asString()).isEqualTo("FG \"1\"");
        assertThat(vendor.path("note").asString()).isEqualTo("it is");
        assertThat(vendor.path("list").asString()).isEqualTo("a,b");
        assertThat(vendor.path("empty").asString("?")).isEmpty();
        assertThat(vendor.path("end").asString()).isEqualTo("x");
        assertThat(body.path("@timestamp").asString()).isEqualTo("2026-11-03T01:02:03Z");
        assertThat(body.path("source").path("ip").asString()).isEqualTo("10.1.2.3");
        assertThat(body.path("source").path("port").isIntegralNumber()).isTrue();
        assertThat(body.path("destination").has("port")).as("99999 is no port").isFalse();
        assertThat(body.path("tocsin").path("logsource").path("product").asString()).isEqualTo("fortigate");
    }

    @Test
    void pairsSeparatedByCommasEndThere() {
        JsonNode vendor = vendor("a=1, b=\"x, y\"; c=2,d=3");
        assertThat(vendor.toString()).isEqualTo("{\"a\":\"1\",\"b\":\"x, y\",\"c\":\"2\",\"d\":\"3\"}");
    }

    @Test
    void aSentenceWithAnEqualsSignIsText() {
        assertThat(body("x=1 is what I mean, y=2, z=3").path("tocsin").path("format").asString()).isEqualTo("text");
    }

    @Test
    void configuredKeyValueKeepsWordsAndRefusesOpenQuotes() {
        JsonNode vendor = body(passed(event("login of user=bob failed", "kv"))).path("vendor");
        assertThat(vendor.toString()).isEqualTo("{\"user\":\"bob\",\"message\":\"login of failed\"}");
        assertThat(dead(event("a=1 b=\"open", "kv"))).contains("offset 6").contains("never closed");
        assertThat(dead(event("no pairs here", "kv"))).contains("no key=value pair");
    }

    @Test
    void cefIsReadWithItsEscapes() {
        JsonNode body = body("<134>Nov  3 01:02:03 fw CEF:0|Acme \\| Co|Thing\\\\X|1.0|100|worm | not|10|src=10.0.0.1 "
                + "msg=two words and a\\=b\\nnext path=C:\\\\dir empty= dpt=443 cs1=x y cs1Label=why rt=1604994496155");
        JsonNode vendor = body.path("vendor");
        assertThat(vendor.path("DeviceVendor").asString()).isEqualTo("Acme | Co");
        assertThat(vendor.path("DeviceProduct").asString()).isEqualTo("Thing\\X");
        assertThat(vendor.path("Name").asString()).isEqualTo("worm ");
        assertThat(body("CEF:0|a|b|1|2|n|5|src=10.0.0.1 msg=x").path("rule").path("name").asString()).isEqualTo("n");
        JsonNode full = vendor("CEF:0|a|b|1|2|n|5|src=10.0.0.1 msg=two words and a\\=b\\nnext path=C:\\\\dir empty= "
                + "dpt=443 cs1=x y cs1Label=why rt=1604994496155");
        assertThat(full.path("msg").asString()).isEqualTo("two words and a=b\nnext");
        assertThat(full.path("path").asString()).isEqualTo("C:\\dir");
        assertThat(full.path("empty").asString("?")).isEmpty();
        assertThat(full.path("cs1").asString()).isEqualTo("x y");
        assertThat(full.path("cs1Label").asString()).isEqualTo("why");
        assertThat(full.path("dpt").asString()).isEqualTo("443");
    }

    @Test
    void cefTimeAndNamesGoToEcs() {
        JsonNode body = body("CEF:0|a|b|1|2|n|5|rt=1604994496155 src=10.0.0.1 spt=22 suser=CORP\\bob act=blocked");
        assertThat(body.path("@timestamp").asString()).isEqualTo("2020-11-10T07:48:16.155Z");
        assertThat(body.path("source").path("port").asInt()).isEqualTo(22);
        assertThat(body.path("user").path("name").asString()).isEqualTo("bob");
        assertThat(body.path("user").path("domain").asString()).isEqualTo("CORP");
        assertThat(body.path("observer").path("vendor").asString()).isEqualTo("a");
        assertThat(body.path("event").path("severity").asInt()).isEqualTo(5);
    }

    @Test
    void brokenCefIsDead() {
        assertThat(dead("CEF:0|vendor|product|1.0|100")).contains("5 of 7 fields").contains("Name is missing");
        assertThat(dead("CEF:x|v|p|1|2|n|5|")).contains("version is not a number");
        assertThat(dead(Intakes.notUtf8("CEF:0|v|p|1|2|n|5|msg=\u00E9".getBytes(StandardCharsets.ISO_8859_1), "auto")))
                .contains("not valid UTF-8");
    }

    @Test
    void combinedAccessLogGetsSigmasNames() {
        JsonNode body = body(
                "203.0.113.9 - alice [03/Nov/2026:01:02:03 +0100] \"GET /cgi-bin/x.sh?a=1&b=%27 HTTP/1.1\" "
                        + "200 2326 \"http://ref/\" \"Moz\\\"illa/5.0\" \"-\" 0.004");
        JsonNode vendor = body.path("vendor");
        assertThat(vendor.path("c-ip").asString()).isEqualTo("203.0.113.9");
        assertThat(vendor.path("cs-method").asString()).isEqualTo("GET");
        assertThat(vendor.path("cs-uri-stem").asString()).isEqualTo("/cgi-bin/x.sh");
        assertThat(vendor.path("cs-uri-query").asString()).isEqualTo("/cgi-bin/x.sh?a=1&b=%27");
        assertThat(vendor.path("sc-status").asInt()).isEqualTo(200);
        assertThat(vendor.path("cs-user-agent").asString()).isEqualTo("Moz\"illa/5.0");
        assertThat(vendor.path("cs-referer").asString()).isEqualTo("http://ref/");
        assertThat(vendor.path("cs-username").asString()).isEqualTo("alice");
        assertThat(body.path("@timestamp").asString()).isEqualTo("2026-11-03T00:02:03Z");
        assertThat(body.path("tocsin").path("logsource").path("category").get(0).asString()).isEqualTo("webserver");
        assertThat(body.path("http").path("response").path("status_code").asInt()).isEqualTo(200);
        assertThat(body.path("event").path("outcome").asString()).isEqualTo("success");
    }

    @Test
    void commonFormatWithHostAndRubbishRequestsAreReadToo() {
        JsonNode common = vendor("shop.example:443 ::1 - - [03/Nov/2026:01:02:03 +0000] \"HEAD / HTTP/1.0\" 301 -");
        assertThat(common.path("cs-host").asString()).isEqualTo("shop.example:443");
        assertThat(common.path("c-ip").asString()).isEqualTo("::1");
        assertThat(common.has("sc-bytes")).isFalse();
        JsonNode scan = vendor("1.2.3.4 - - [03/Nov/2026:01:02:03 +0000] \"\\x16\\x03\\x01\" 400 150 \"-\" \"-\"");
        assertThat(scan.path("cs-uri-query").asString()).isEqualTo("\\x16\\x03\\x01");
        assertThat(dead(event("not a log line", "access"))).contains("neither in common nor in combined");
    }
}
