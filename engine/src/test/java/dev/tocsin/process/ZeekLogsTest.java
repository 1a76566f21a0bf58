package dev.tocsin.process;

import static dev.tocsin.process.Intakes.body;
import static dev.tocsin.process.Intakes.event;
import static dev.tocsin.process.Intakes.passed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.LogSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Each of Zeek's logs has its ECS fields, and its own fields for rules. */
class ZeekLogsTest {
    private static final String ID = "\"ts\":1588318196.415772,\"uid\":\"CqCAMj2X8WAsR6ZDz9\",\"id.orig_h\":\"10.0.0.5\","
            + "\"id.orig_p\":50276,\"id.resp_h\":\"203.0.113.4\",\"id.resp_p\":53,";

    private static JsonNode log(String path, String fields) {
        Event event = passed(event("{\"_path\":\"" + path + "\"," + ID + fields + "}", "zeek"));
        assertThat(event.logSource()).isEqualTo(new LogSource("zeek", List.of(), path));
        JsonNode body = body(event);
        assertThat(body.path("event").path("dataset").asString()).isEqualTo("zeek." + path);
        assertThat(body.path("zeek").path("session_id").asString()).isEqualTo("CqCAMj2X8WAsR6ZDz9");
        assertThat(body.path("vendor").path("id.resp_h").asString()).isEqualTo("203.0.113.4");
        return body;
    }

    private static String at(JsonNode body, String path) {
        JsonNode node = body.at("/" + path.replace('.', '/'));
        return node.isContainer() ? node.toString() : node.asString("");
    }

    @Test
    void conn() {
        JsonNode body = log("conn", "\"proto\":\"tcp\",\"service\":\"ssl\",\"duration\":0.42355799674987793,"
                + "\"orig_bytes\":100,\"resp_bytes\":200,\"conn_state\":\"REJ\",\"local_orig\":true,\"local_resp\":false,"
                + "\"orig_pkts\":17,\"orig_ip_bytes\":2863,\"resp_pkts\":16,\"resp_ip_bytes\":7237,"
                + "\"orig_l2_addr\":\"00:0d:3a:9a:33:1a\",\"community_id\":\"1:xyz\",\"vlan\":7");
        assertThat(at(body, "source.ip")).isEqualTo("10.0.0.5");
        assertThat(at(body, "source.port")).isEqualTo("50276");
        assertThat(at(body, "source.bytes")).isEqualTo("2863");
        assertThat(at(body, "source.mac")).isEqualTo("00-0D-3A-9A-33-1A");
        assertThat(at(body, "destination.packets")).isEqualTo("16");
        assertThat(at(body, "network.transport")).isEqualTo("tcp");
        assertThat(at(body, "network.protocol")).isEqualTo("ssl");
        assertThat(at(body, "network.type")).isEqualTo("ipv4");
        assertThat(at(body, "network.direction")).isEqualTo("outbound");
        assertThat(at(body, "network.community_id")).isEqualTo("1:xyz");
        assertThat(at(body, "network.vlan.id")).isEqualTo("7");
        assertThat(at(body, "event.duration")).isEqualTo("423557997");
        assertThat(at(body, "event.type")).isEqualTo("[\"connection\",\"start\",\"denied\"]");
        assertThat(at(body, "event.category")).isEqualTo("[\"network\"]");
        assertThat(at(body, "related.ip")).isEqualTo("[\"10.0.0.5\",\"203.0.113.4\"]");
    }

    @Test
    void dns() {
        JsonNode body = log("dns", "\"proto\":\"udp\",\"trans_id\":47329,\"rtt\":0.01,\"query\":\"www.example.com\","
                + "\"qclass_name\":\"C_INTERNET\",\"qtype_name\":\"A\",\"rcode_name\":\"NOERROR\",\"AA\":true,\"TC\":false,"
                + "\"RD\":true,\"RA\":true,\"Z\":0,\"answers\":[\"cdn.example.net\",\"198.51.100.7\"],\"TTLs\":[300.0,60.0]");
        assertThat(at(body, "dns.question.name")).isEqualTo("www.example.com");
        assertThat(at(body, "dns.question.type")).isEqualTo("A");
        assertThat(at(body, "dns.id")).isEqualTo("47329");
        assertThat(at(body, "dns.type")).isEqualTo("answer");
        assertThat(at(body, "dns.header_flags")).isEqualTo("[\"AA\",\"RD\",\"RA\"]");
        assertThat(at(body, "dns.answers.data")).isEqualTo("[\"cdn.example.net\",\"198.51.100.7\"]");
        assertThat(at(body, "dns.resolved_ip")).isEqualTo("[\"198.51.100.7\"]");
        assertThat(at(body, "event.outcome")).isEqualTo("success");
        assertThat(at(body, "event.duration")).isEqualTo("10000000");
        assertThat(at(log("dns", "\"rcode_name\":\"NXDOMAIN\""), "event.outcome")).isEqualTo("failure");
        JsonNode unanswered = log("dns", "\"query\":\"x\"");
        assertThat(at(unanswered, "dns.type")).isEqualTo("query");
        assertThat(at(unanswered, "event.outcome")).isEmpty();
    }

    @Test
    void http() {
        JsonNode body = log("http", "\"method\":\"GET\",\"host\":\"www.example.com\",\"uri\":\"/a/b.exe?x=1&y=?#top\","
                + "\"referrer\":\"http://r/\",\"version\":\"1.1\",\"user_agent\":\"curl/8\",\"request_body_len\":3,"
                + "\"response_body_len\":1024,\"status_code\":404,\"status_msg\":\"Not Found\",\"username\":\"ann\","
                + "\"resp_mime_types\":[\"text/html\"]");
        assertThat(at(body, "http.request.method")).isEqualTo("GET");
        assertThat(at(body, "url.domain")).isEqualTo("www.example.com");
        assertThat(at(body, "url.original")).isEqualTo("/a/b.exe?x=1&y=?#top");
        assertThat(at(body, "url.path")).isEqualTo("/a/b.exe");
        assertThat(at(body, "url.query")).isEqualTo("x=1&y=?");
        assertThat(at(body, "http.response.status_code")).isEqualTo("404");
        assertThat(at(body, "http.response.body.bytes")).isEqualTo("1024");
        assertThat(at(body, "http.response.mime_type")).isEqualTo("text/html");
        assertThat(at(body, "user_agent.original")).isEqualTo("curl/8");
        assertThat(at(body, "user.name")).isEqualTo("ann");
        assertThat(at(body, "event.outcome")).isEqualTo("failure");
        assertThat(at(body, "event.category")).isEqualTo("[\"network\",\"web\"]");
    }

    @Test
    void ssl() {
        JsonNode body = log("ssl", "\"version\":\"TLSv12\",\"cipher\":\"TLS_ECDHE\",\"curve\":\"secp256r1\","
                + "\"server_name\":\"example.com\",\"resumed\":false,\"established\":true,\"ja3\":\"c1\",\"ja3s\":\"fd\","
                + "\"cert_chain_fps\":[\"AB01\",\"CD\"],\"subject\":\"CN=example.com\",\"validation_status\":\"ok\"");
        assertThat(at(body, "tls.version")).isEqualTo("1.2");
        assertThat(at(body, "tls.version_protocol")).isEqualTo("tls");
        assertThat(at(body, "tls.client.server_name")).isEqualTo("example.com");
        assertThat(at(body, "tls.client.ja3")).isEqualTo("c1");
        assertThat(at(body, "tls.server.hash.sha256")).isEqualTo("ab01");
        assertThat(at(body, "tls.server.subject")).isEqualTo("CN=example.com");
        assertThat(at(body, "tls.resumed")).isEqualTo("false");
        assertThat(at(body, "event.outcome")).isEqualTo("success");
        assertThat(at(log("ssl", "\"version\":\"DTLSv12\""), "tls.version")).isEqualTo("DTLSv12");
    }

    @Test
    void filesAndCertificates() {
        JsonNode file = log("files", "\"fuid\":\"F1\",\"source\":\"HTTP\",\"mime_type\":\"application/x-dosexec\","
                + "\"filename\":\"C:\\\\a\\\\b.exe\",\"total_bytes\":5,\"md5\":\"AA\",\"sha1\":\"bb\",\"sha256\":\"cc\",\"duration\":1.5");
        assertThat(at(file, "file.hash.md5")).isEqualTo("aa");
        assertThat(at(file, "related.hash")).isEqualTo("[\"aa\",\"bb\",\"cc\"]");
        assertThat(at(file, "file.name")).isEqualTo("b.exe");
        assertThat(at(file, "file.mime_type")).isEqualTo("application/x-dosexec");
        assertThat(at(file, "zeek.file_id")).isEqualTo("F1");
        JsonNode x509 = log("x509", "\"fingerprint\":\"AB\",\"certificate.version\":3,\"certificate.serial\":\"7EFD\","
                + "\"certificate.subject\":\"CN=a\",\"certificate.issuer\":\"CN=b\",\"certificate.not_valid_before\":1470462331.0,"
                + "\"certificate.not_valid_after\":1722750331.0,\"san.dns\":[\"a.example\",\"b.example\"]");
        assertThat(at(x509, "file.x509.serial_number")).isEqualTo("7EFD");
        assertThat(at(x509, "file.x509.not_before")).isEqualTo("2016-08-06T05:45:31Z");
        assertThat(at(x509, "file.x509.not_after")).isEqualTo("2024-08-04T05:45:31Z");
        assertThat(at(x509, "file.x509.alternative_names")).isEqualTo("[\"a.example\",\"b.example\"]");
        assertThat(at(x509, "file.hash.sha256")).isEqualTo("ab");
    }

    @Test
    void shares() {
        JsonNode file = log("smb_files",
                "\"action\":\"SMB::FILE_DELETE\",\"path\":\"\\\\\\\\dc\\\\c$\",\"name\":\"t\\\\x.dll\","
                        + "\"size\":9,\"times.modified\":1588318196.5");
        assertThat(at(file, "event.action")).isEqualTo("SMB::FILE_DELETE");
        assertThat(at(file, "event.type")).isEqualTo("[\"protocol\",\"deletion\"]");
        assertThat(at(file, "file.name")).isEqualTo("x.dll");
        assertThat(at(file, "file.directory")).isEqualTo("\\\\dc\\c$");
        assertThat(at(file, "file.mtime")).isEqualTo("2020-05-01T07:29:56.500Z");
        JsonNode mapping = log("smb_mapping", "\"path\":\"\\\\\\\\dc\\\\IPC$\",\"share_type\":\"PIPE\"");
        assertThat(at(mapping, "file.directory")).isEqualTo("\\\\dc\\IPC$");
        assertThat(at(mapping, "network.protocol")).isEqualTo("smb");
    }

    @Test
    void dhcpHasNoConnection() {
        Event event = passed(event(
                "{\"_path\":\"dhcp\",\"ts\":1588318196.4,\"uids\":[\"C1\"],\"client_addr\":\"10.0.0.9\","
                        + "\"server_addr\":\"10.0.0.1\",\"mac\":\"00:0d:3a:9a:33:1a\",\"host_name\":\"desk\",\"assigned_addr\":\"10.0.0.9\","
                        + "\"domain\":\"corp.example\",\"msg_types\":[\"DISCOVER\",\"ACK\"],\"duration\":0.25}",
                "zeek"));
        JsonNode body = body(event);
        assertThat(event.logSource().service()).isEqualTo("dhcp");
        assertThat(at(body, "source.ip")).isEqualTo("10.0.0.9");
        assertThat(at(body, "server.address")).isEqualTo("10.0.0.1");
        assertThat(at(body, "source.mac")).isEqualTo("00-0D-3A-9A-33-1A");
        assertThat(at(body, "host.hostname")).isEqualTo("desk");
        assertThat(at(body, "network.name")).isEqualTo("corp.example");
        assertThat(at(body, "event.dataset")).isEqualTo("zeek.dhcp");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
            "rdp~\"cookie\":\"CORP\\\\eve\",\"result\":\"Success\"~user.name=eve user.domain=CORP event.outcome=success",
            "ftp~\"user\":\"eve\",\"command\":\"RETR\",\"arg\":\"ftp://h/f\",\"reply_code\":550~user.name=eve event.action=RETR"
                    + " event.code=550 event.outcome=failure url.original=ftp://h/f",
            "ssh~\"client\":\"SSH-2.0-x\",\"auth_success\":false,\"direction\":\"INBOUND\"~event.outcome=failure"
                    + " network.direction=inbound user_agent.original=SSH-2.0-x",
            "notice~\"note\":\"Scan::Port_Scan\",\"msg\":\"scanned\",\"src\":\"192.0.2.1\"~rule.name=Scan::Port_Scan"
                    + " message=scanned event.category=[\"intrusion_detection\"]",
            "weird~\"name\":\"bad_tcp_checksum\"~rule.name=bad_tcp_checksum",
            "dpd~\"proto\":\"tcp\",\"analyzer\":\"HTTP\",\"failure_reason\":\"no\"~network.protocol=http event.reason=no"})
    void others(String path, String fields, String expected) {
        JsonNode body = log(path, fields);
        for (String pair : expected.split(" ")) {
            assertThat(at(body, pair.substring(0, pair.indexOf('=')))).as(pair)
                    .isEqualTo(pair.substring(pair.indexOf('=') + 1));
        }
    }

    @Test
    void timesAreSecondsOrIso8601() {
        for (String ts : List.of("1588318196.415772", "\"2020-05-01T07:29:56.415772Z\"")) {
            Event event = passed(event("{\"_path\":\"conn\",\"ts\":" + ts + ",\"uid\":\"C1\"}", "zeek"));
            assertThat(event.time()).as(ts).isEqualTo("2020-05-01T07:29:56.415772Z");
        }
    }

    @Test
    void anEventOfAClusterIsNoLog() {
        Event event = passed(
                event("{\"_topic\":\"zeek.cluster.x\",\"event\":\"Notice::begin\",\"args\":[1,\"a\"]}", "zeek"));
        assertThat(event.logSource()).isEqualTo(new LogSource("zeek", List.of(), "event"));
        assertThat(at(body(event), "event.action")).isEqualTo("Notice::begin");
        assertThat(at(body(event), "vendor.args")).isEqualTo("[1,\"a\"]");
        assertThat(at(body(event), "zeek.topic")).isEqualTo("zeek.cluster.x");
    }
}
