package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.process.Outcome;
import dev.tocsin.process.ProcessConfig;
import dev.tocsin.process.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The directory of a Zeek that writes JSON files (LogAscii::use_json): the file's name says which log it is. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ZeekFilesTest {
    private static final String CONN = """
            {"ts":1588318196.415772,"uid":"ChDbsd4uDSn4Ndkbt8","id.orig_h":"10.0.1.5","id.orig_p":50008,\
            "id.resp_h":"10.0.1.4","id.resp_p":5985,"proto":"tcp","duration":0.42355799674987793,"orig_bytes":15907,\
            "resp_bytes":6585,"conn_state":"SF","local_orig":true,"local_resp":true,"missed_bytes":0,\
            "history":"ShADadFf","orig_pkts":17,"orig_ip_bytes":2863,"resp_pkts":16,"resp_ip_bytes":7237}
            """;
    private static final String DNS = """
            {"ts":"2020-05-01T07:24:08.299983Z","uid":"Cpny8u2aYY9VyaKSKi","id.orig_h":"10.0.1.4","id.orig_p":63797,\
            "id.resp_h":"10.0.0.4","id.resp_p":53,"proto":"udp","trans_id":55013,"query":"www.example.com",\
            "qclass":1,"qclass_name":"C_INTERNET","qtype":1,"qtype_name":"A","rcode":0,"rcode_name":"NOERROR","AA":false,\
            "TC":false,"RD":true,"RA":true,"Z":0,"answers":["198.51.100.7"],"TTLs":[60.0],"rejected":false}
            """;
    /** Has nothing in it by which its log could be known, so the name must say it. */
    private static final String STATS = """
            {"ts":1588318196.4,"peer":"worker-1","mem":74,"pkts_proc":1234}
            """;

    @TempDir
    Path directory;
    private final FakeAppender log = new FakeAppender();
    private final Processor processor = Processor.of(ProcessConfig.DEFAULT);
    private final List<FileSource> sources = new ArrayList<>();

    @AfterEach
    void close() {
        sources.forEach(FileSource::close);
    }

    private Map<String, Event> read(LogSourceHint hint, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.createDirectories(directory.resolve(file.getKey()).getParent());
            Files.writeString(directory.resolve(file.getKey()), file.getValue());
        }
        FileSource source = new FileSource("zeek",
                new FileSourceConfig(List.of(directory.resolve("**/*.log")), "acme", "zeek", hint,
                        null, FileSourceConfig.Mode.WHOLE, false, null, ByteSize.parse("100KiB"),
                        Duration.ofMillis(10), Duration.ofMillis(200), ByteSize.parse("4MiB")),
                new Collector("main", "n1", 1, log, InstantSource.system()), Map.of());
        sources.add(source);
        source.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> log.size() == files.size());
        Map<String, Event> byService = new HashMap<>();
        for (Event event : log.events()) {
            Outcome outcome = processor.process(event).getFirst();
            assertThat(outcome).isInstanceOf(Outcome.Passed.class);
            byService.put(String.valueOf(outcome.event().logSource().service()), outcome.event());
        }
        return byService;
    }

    @Test
    void logsBecomeEventsByTheirFilesNames() throws IOException {
        Map<String, Event> events = read(LogSourceHint.NONE, Map.of("current/conn.log", CONN,
                "2020-05-01/dns.07:00:00-08:00:00.log", DNS, "current/stats.log", STATS));
        assertThat(events).containsOnlyKeys("conn", "dns", "stats");
        events.values().forEach(e -> assertThat(e.logSource().product()).isEqualTo("zeek"));
        JsonNode conn = Json.read(events.get("conn").json());
        assertThat(events.get("conn").time()).isEqualTo("2020-05-01T07:29:56.415772Z");
        assertThat(conn.at("/event/dataset").asString()).isEqualTo("zeek.conn");
        assertThat(conn.at("/event/duration").asLong()).isEqualTo(423_557_997L);
        assertThat(conn.at("/event/type").toString()).isEqualTo("[\"connection\",\"start\",\"end\"]");
        assertThat(conn.at("/network/direction").asString()).isEqualTo("internal");
        assertThat(conn.at("/source/bytes").asLong()).isEqualTo(2863);
        JsonNode dns = Json.read(events.get("dns").json());
        assertThat(events.get("dns").time()).isEqualTo("2020-05-01T07:24:08.299983Z");
        assertThat(dns.at("/dns/question/name").asString()).isEqualTo("www.example.com");
        assertThat(dns.at("/dns/resolved_ip").toString()).isEqualTo("[\"198.51.100.7\"]");
        assertThat(dns.at("/vendor/id.orig_h").asString()).isEqualTo("10.0.1.4");
    }

    @Test
    void theConfigurationNamesWhatTheFilesNameDoesNot() throws IOException {
        Map<String, Event> events = read(new LogSourceHint("zeek", null, "dns"), Map.of("a/export.log", DNS));
        assertThat(events).containsOnlyKeys("dns");
        assertThat(Json.read(events.get("dns").json()).at("/event/dataset").asString()).isEqualTo("zeek.dns");
    }
}
