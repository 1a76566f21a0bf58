package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.health.Level;
import dev.tocsin.index.SearchResult;
import dev.tocsin.log.AuditReport;
import dev.tocsin.log.StageStatus;
import dev.tocsin.log.StreamStatus;
import dev.tocsin.node.NodeApi;
import dev.tocsin.source.SourceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands that only look. */
class LookingTest {
    private FakeNode node;

    @BeforeEach
    void start() throws Exception {
        node = new FakeNode();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Run.Result run(String... arguments) {
        return run(new Run(), arguments);
    }

    private Run.Result run(Run run, String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--url";
        all[arguments.length + 1] = node.url();
        return run.command(all);
    }

    private static NodeApi.Status status(String stageState) {
        return new NodeApi.Status("0.1.0", "local", "n1", 3, Run.NOW.minusSeconds(3700), true, List.of("all"),
                List.of(new NodeApi.Listener("page", "http", "127.0.0.1:8080")),
                List.of(new SourceStatus("main", "syslog", "127.0.0.1:5514", "running", 12345, 12345, 2, 0, 812.4,
                        Instant.EPOCH, "")),
                List.of(new StageStatus("match", stageState, 12345, 10, 12300, Map.of("noise", 45L, "old", 5L), 2, 0,
                        3.25, 1500, stageState.equals("failing") ? "disk full" : "")),
                List.of(new StreamStatus("intake", 4, 99999, 0)), 3L << 20, 1L << 30, 300L << 20, 25, 1, 10);
    }

    @Test
    void statusShowsTheNodeInTables() {
        node.says("/api/v1/status", status("running"));
        Run.Result result = run("status");
        assertThat(result.exit()).isZero();
        assertThat(result.notes()).isEmpty();
        assertThat(result.out()).isEqualTo("""
                local/n1  ready  up 1h 1m  epoch 3  version 0.1.0  roles all
                disk 3.0 MiB of 1.0 GiB (0 %)  memory 300.0 MiB  rules 25 (1 refused)  alerts 10

                listener  protocol  address
                page      http      127.0.0.1:8080

                source  type    state     rate  received  durable  dead  lost  address         note
                main    syslog  running  812/s    12,345   12,345     2     0  127.0.0.1:5514

                stage  state     rate    lag      in  made     out  dropped  dead  held  note
                match  running  3.3/s  1,500  12,345    10  12,300       50     2     0

                stream  partitions  records kept
                intake           4        99,999
                """);
    }

    @Test
    void statusIsOneWhenAStageFailsAndJsonIsWhatTheNodeSaid() {
        node.says("/api/v1/status", status("failing"));
        assertThat(run("status")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(1);
            assertThat(r.notes()).isEqualTo("stage match is failing: disk full\n");
        });
        Run.Result json = run("status", "-o", "json");
        assertThat(json.exit()).isEqualTo(1);
        assertThat(Json.read(json.out()).path("stages").path(0).path("lag").asInt()).isEqualTo(1500);
    }

    @Test
    void topLooksSoManyTimesAndPaintsOnlyOnATerminal() {
        node.says("/api/v1/status", status("running"));
        Run.Result plain = run("top", "--count", "2", "--every", "1ms");
        assertThat(plain.exit()).isZero();
        assertThat(plain.out()).isEqualTo(
                "2026-03-01T12:00:00Z  main 812/s  match 3.3/s lag 1500  alerts 10\n".repeat(2));
        Run.Result painted = run(new Run().interactive(""), "top", "--count", "1");
        assertThat(painted.out()).startsWith("\u001B[?1049h").endsWith("\u001B[?7h\u001B[?25h\u001B[?1049l")
                .contains("q leaves");
        Run.Result left = run(new Run().interactive("xq"), "top", "--every", "1h");
        assertThat(left.exit()).isZero();
        assertThat(node.asked()).hasSize(4);
    }

    @Test
    void searchAsksForTheTimesAndShowsATable() {
        EventId id = new EventId(1, 2);
        node.says("/api/v1/search", new SearchResult(1234, List.of(
                new SearchResult.Hit(id, "alert", "alerts-2026.03", Instant.parse("2026-03-01T11:00:00Z"), Json.read("""
                        {"id":"x","rule":{"title":"Shadow copies deleted","level":"high"},"events":["a"],
                         "summary":"vssadmin on ws-7","group":"ws-7"}""")),
                new SearchResult.Hit(id, "event", "events-2026.03", Instant.parse("2026-03-01T10:59:59.5Z"),
                        Json.read(
                                "{\"host\":{\"name\":\"ws-7\"},\"user.name\":\"eve\",\"message\":\"a\\u001b[2Jb\\nc\"}"))),
                12));
        Run.Result result = run("search", "host.name:\"ws 7\" & +x", "--from", "-1h", "--to", "now", "--kind", "any",
                "--customer", "acme", "--limit", "7");
        assertThat(result.notes()).isEqualTo("2 of 1,234 in 12 ms\n");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).isEqualTo("""
                time                      kind   host  user  what
                2026-03-01T11:00:00Z      alert  ws-7        high: Shadow copies deleted | vssadmin on ws-7
                2026-03-01T10:59:59.500Z  event  ws-7  eve   a\uFFFD[2Jb c
                """);
        assertThat(node.asked().getFirst().uri()).isEqualTo("/api/v1/search?q=host.name%3A%22ws%207%22%20%26%20%2Bx"
                + "&kind=any&customer=acme&from=2026-03-01T11%3A00%3A00Z&to=2026-03-01T12%3A00%3A00Z&limit=7");
        Run.Result lines = run("search", "-o", "json");
        assertThat(lines.out().lines()).hasSize(2).allSatisfy(
                l -> assertThat(Json.read(l).path("id").asString()).isEqualTo(id.toString()));
        assertThat(run("search", "--from", "yesterday")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(2);
            assertThat(r.notes()).contains("not a time: \"yesterday\"", "see `tocsin search --help`");
        });
    }

    @Test
    void tapShowsRecordsAsTheyComeUntilTheLimit() {
        String alert = "{\"time\":\"2026-03-01T11:00:00Z\",\"rule\":{\"title\":\"T1\",\"level\":\"low\"},"
                + "\"events\":[\"a\"],\"group\":\"ws-7\"}";
        node.streams("/api/v1/tap", alert, "{\"b\":\"PowerShell\",\n\"c\":2}", "{\"b\":\"other\"}");
        assertThat(run("tap").out()).isEqualTo(
                alert + "\n{\"b\":\"PowerShell\", \"c\":2}\n{\"b\":\"other\"}\n");
        assertThat(run("tap", "events", "--where", "powershell").out()).isEqualTo("{\"b\":\"PowerShell\", \"c\":2}\n");
        assertThat(run("tap", "--where", "/\"b\":\"(o|P)/", "--limit", "1").out()).contains("PowerShell")
                .doesNotContain("other");
        Run.Result pretty = run(new Run().interactive(""), "tap", "--limit", "1");
        assertThat(pretty.out()).isEqualTo("2026-03-01T11:00:00Z  ws-7  low: T1\n");
        assertThat(node.asked()).extracting(FakeNode.Asked::uri).startsWith("/api/v1/tap?stream=alerts",
                "/api/v1/tap?stream=events");
        node.streams("/api/v1/tap", "{\"missed\":1200}", "{\"b\":1}");
        assertThat(run("tap")).satisfies(r -> {
            assertThat(r.out()).isEqualTo("{\"b\":1}\n");
            assertThat(r.notes()).isEqualTo("too fast for this tap; not shown: 1,200\n");
        });
        assertThat(run("tap", "evnts")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(2);
            assertThat(r.notes()).contains("unknown stream \"evnts\"; known: intake, events");
        });
        assertThat(run("tap", "--where", "/(/").exit()).isEqualTo(2);
    }

    @Test
    void tapOfAllNodesNamesThemAndSaysWhatItDoesNotShow() {
        node.streams("/api/v1/tap", "{\"node\":\"w1\",\"record\":{\"@timestamp\":\"T\",\"message\":\"hello\"}}",
                "{\"missed\":1200,\"node\":\"w2\"}", "{\"node\":\"w2\",\"record\":{\"message\":\"again\"}}");
        Run.Result pretty = run(new Run().interactive(""), "tap", "--all", "events");
        assertThat(pretty.out()).isEqualTo("w1  T    hello\nw2      again\n");
        assertThat(pretty.notes()).contains("of all nodes that", "… 1,200 not shown of w2");
        assertThat(run("tap", "--all", "events", "--where", "AGAIN").out()).isEqualTo(
                "{\"node\":\"w2\",\"record\":{\"message\":\"again\"}}\n");
        assertThat(node.asked()).extracting(FakeNode.Asked::uri).contains("/api/v1/tap?stream=events&all=true");
    }

    @Test
    void tapOfATopicShowsItsMessages() {
        node.streams("/api/v1/tap",
                "{\"topic\":\"alice/dogs\",\"type\":\"data-message\",\"@data-type\":\"count\",\"data\":3}",
                "{\"missed\":5,\"topic\":\"alice/cats\"}");
        Run.Result pretty = run(new Run().interactive(""), "tap", "topic", "alice/");
        assertThat(pretty.out()).isEqualTo("alice/dogs  3\n");
        assertThat(pretty.notes()).contains("messages on \"alice/\"", "… 5 not shown of alice/cats");
        assertThat(node.asked()).extracting(FakeNode.Asked::uri).contains("/api/v1/tap?topic=alice%2F");
        for (List<String> wrong : List.of(List.of("topic"), List.of("events", "x"), List.of("--all", "topic", "x"))) {
            List<String> words = new java.util.ArrayList<>(List.of("tap"));
            words.addAll(wrong);
            assertThat(run(words.toArray(String[]::new)).exit()).as(wrong.toString()).isEqualTo(2);
        }
    }

    @Test
    void auditShowsTheEquationAndEndsWithOneWhenItDoesNotHold() {
        AuditReport.Row good = new AuditReport.Row("process", "acme", 100, 5, 90, Map.of("noise", 14L), 1, 0, true);
        AuditReport.Link link = new AuditReport.Link("events", "acme", "match", 90, 80, 10, false);
        node.says("/api/v1/audit", new AuditReport("in flight", List.of(good), List.of(link), List.of()));
        Run.Result result = run("audit");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).isEqualTo("""
                stage    customer   in     made     out     dropped     dead     held      reasons
                process  acme      100  +     5  =   90  +       14  +     1  +     0  ok  noise 14

                stream  customer  reader  written  read  in flight
                events  acme      match        90    80         10  on its way

                in flight
                """);
        AuditReport.Row bad = new AuditReport.Row("match", "acme", 90, 0, 89, Map.of(), 0, 0, false);
        node.says("/api/v1/audit", new AuditReport("unbalanced", List.of(bad), List.of(), List.of("1 id is missing")));
        assertThat(run("audit")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(1);
            assertThat(r.out()).contains("≠", "DIFFERS", "1 id is missing\n", "\nunbalanced\n");
        });
        assertThat(run("audit", "-o", "json")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(1);
            assertThat(Json.read(r.out()).path("verdict").asString()).isEqualTo("unbalanced");
        });
    }

    @Test
    void healthIsOneUnlessEverythingIsGreen() {
        node.says("/api/v1/checks", List.of(new NodeApi.Check("intake", "syslog", Level.GREEN, "812/s"),
                new NodeApi.Check("index", "lag", Level.YELLOW, "30 s behind")));
        assertThat(run("health")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(1);
            assertThat(r.out()).isEqualTo("""
                    channel  check   level   message
                    intake   syslog  green   812/s
                    index    lag     yellow  30 s behind

                    yellow
                    """);
        });
        assertThat(run("health", "intake").exit()).isZero();
        assertThat(run("health", "nothing")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(1);
            assertThat(r.out()).endsWith("\nunknown\n");
        });
    }
}
