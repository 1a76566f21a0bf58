package dev.tocsin.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What authors of rules do with them, by the commands. */
class RulesToolsTest {
    private static final String RULE = """
            title: %s
            id: %s
            level: %s
            tags: [attack.execution, attack.%s]
            logsource: {product: p}
            detection: {s: {A|startswith: %s}, condition: s}
            """;
    private static final String EVENTS = """
            {"@timestamp":"2026-03-01T00:00:00Z","A":"x1"}
            {"@timestamp":"2026-03-01T06:00:00Z","A":"y"}
            {"@timestamp":"2026-03-03T00:00:00Z","A":"x2"}
            """;

    @TempDir
    private Path dir = Path.of("");
    private Path rules = Path.of("");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void rules() throws IOException {
        rules = Files.createDirectory(dir.resolve("rules"));
        Files.writeString(rules.resolve("x.yml"), RULE.formatted("Begins With x", "id-1", "HIGH", "t1059", "x"));
        Files.writeString(rules.resolve("q.yml"), RULE.formatted("Begins With q", "id-2", "low", "t1059.001", "q"));
        Files.writeString(dir.resolve("events.jsonl"), EVENTS);
    }

    private int run(String... arguments) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        ByteArrayOutputStream notes = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]),
                new PrintStream(data, true, StandardCharsets.UTF_8),
                new PrintStream(notes, true, StandardCharsets.UTF_8), false, false, false,
                name -> name.equals("TOCSIN_DATA") ? dir.toString() : "", Clock.systemUTC());
        int exit = RulesCommand.commandLine(event -> new EventReader.Reading(event,
                new LogSource("p", List.of(), null)), terminal).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err)).execute(arguments);
        out.write(data.toString(StandardCharsets.UTF_8));
        err.write(notes.toString(StandardCharsets.UTF_8));
        return exit;
    }

    private JsonNode json() {
        return Json.read(out.toString());
    }

    @Test
    void backtestCountsAndShowsWhatRulesFindInFiles() {
        assertThat(run("backtest", "--rules", rules.toString(), "--events", dir.resolve("events.jsonl").toString(),
                "-o", "json")).isZero();
        assertThat(json().path("events").asInt()).isEqualTo(3);
        JsonNode first = json().path("rules").get(0);
        assertThat(first.path("title").asString()).isEqualTo("Begins With x");
        assertThat(first.path("hits").asInt()).isEqualTo(2);
        assertThat(first.path("hits_per_day").asDouble()).isEqualTo(1.0);
        assertThat(first.path("samples").get(0).path("event").path("A").asString()).isEqualTo("x1");
        assertThat(first.path("histogram").get(0).asInt()).isEqualTo(1);
        assertThat(first.path("histogram").get(23).asInt()).isEqualTo(1);
        assertThat(json().path("rules").get(1).path("hits").asInt()).isZero();
    }

    @Test
    void backtestHidesRulesThatFindNothingUntilAsked() {
        run("backtest", "--rules", rules.toString(), "--events", dir.resolve("events.jsonl").toString());
        assertThat(out.toString()).contains("Begins With x").doesNotContain("Begins With q");
        assertThat(err.toString()).contains("1 rules found nothing");
        assertThat(run("backtest", "--rules", rules.toString(), "--events", "/absent")).isEqualTo(2);
        assertThat(run("backtest", "--rules", rules.toString(), "--events", "-", "--since", "1d")).isEqualTo(2);
    }

    @Test
    void backtestAsksARunningNodeForItsEvents() throws IOException {
        HttpServer node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        StringBuilder asked = new StringBuilder();
        node.createContext("/api/v1/events", exchange -> {
            asked.append(exchange.getRequestURI());
            byte[] body = """
                    {"records":2}
                    {"id":"e1","time":"2026-03-01T00:00:00Z","customer":"acme","logsource":"product=p","event":{"vendor":{"A":"x"}}}
                    {"id":"e2","time":"2026-03-01T01:00:00Z","customer":"acme","logsource":"product=q","event":{"vendor":{"A":"x"}}}
                    """
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        node.start();
        try {
            assertThat(run("backtest", "--rules", rules.toString(), "--since", "7d", "--customer", "acme", "--url",
                    "http://127.0.0.1:" + node.getAddress().getPort(), "-o", "json")).isZero();
        } finally {
            node.stop(0);
        }
        assertThat(asked.toString()).contains("since=7d", "customer=acme");
        assertThat(json().path("rules").get(0).path("hits").asInt()).isEqualTo(1);
        assertThat(json().path("rules").get(0).path("samples").get(0).path("id").asString()).isEqualTo("e1");
    }

    @Test
    void coverageCountsTechniquesByTacticAndWritesALayer() throws IOException {
        Path layer = dir.resolve("layer.json");
        assertThat(run("coverage", rules.toString(), "--navigator", layer.toString(), "-o", "json")).isZero();
        JsonNode execution = json().path("tactics").get(3);
        assertThat(execution.path("tactic").asString()).isEqualTo("execution");
        assertThat(execution.path("rules").asInt()).isEqualTo(2);
        assertThat(execution.path("covered").get(0).path("id").asString()).isEqualTo("T1059");
        assertThat(json().path("tactics")).hasSize(14);
        JsonNode written = Json.read(Files.readString(layer));
        assertThat(written.path("versions").path("layer").asString()).isEqualTo("4.5");
        assertThat(written.path("techniques").get(1).path("techniqueID").asString()).isEqualTo("T1059.001");
    }

    @Test
    void coverageKnowsTheGapsWhenItHasMitresTable() throws IOException {
        Path bundle = dir.resolve("attack.json");
        Files.writeString(bundle, """
                {"objects":[
                 {"type":"x-mitre-collection","x_mitre_version":"17.1"},
                 {"type":"x-mitre-matrix","tactic_refs":["ta-2","ta-1"]},
                 {"type":"x-mitre-tactic","id":"ta-1","name":"Impact","x_mitre_shortname":"impact"},
                 {"type":"x-mitre-tactic","id":"ta-2","name":"Execution","x_mitre_shortname":"execution"},
                 {"type":"attack-pattern","name":"Interpreter","kill_chain_phases":[{"phase_name":"execution"}],
                  "external_references":[{"source_name":"mitre-attack","external_id":"T1059"}]},
                 {"type":"attack-pattern","name":"Wipe","kill_chain_phases":[{"phase_name":"impact"}],
                  "external_references":[{"source_name":"mitre-attack","external_id":"T1561"}]},
                 {"type":"attack-pattern","name":"Old","revoked":true,"kill_chain_phases":[{"phase_name":"impact"}],
                  "external_references":[{"source_name":"mitre-attack","external_id":"T1000"}]}]}""");
        assertThat(run("coverage", rules.toString(), "--attack", bundle.toString(), "-o", "json")).isZero();
        assertThat(json().path("attack_version").asString()).isEqualTo("17.1");
        assertThat(json().path("tactics").get(0).path("tactic").asString()).isEqualTo("execution");
        assertThat(json().path("tactics").get(0).path("gaps")).isEmpty();
        assertThat(json().path("tactics").get(1).path("gaps").get(0).path("id").asString()).isEqualTo("T1561");
        assertThat(json().path("tactics").get(1).path("gaps")).hasSize(1);
        Files.writeString(bundle, "{}");
        assertThat(run("coverage", rules.toString(), "--attack", bundle.toString())).isEqualTo(2);
        assertThat(run("coverage", rules.toString(), "--gaps")).isEqualTo(2);
    }

    @Test
    void fixShowsADiffFirstAndThenMends() throws IOException {
        Path rule = rules.resolve("x.yml");
        String before = Files.readString(rule);
        assertThat(run("lint", "--fix", "--dry-run", rule.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("-level: HIGH", "+level: high");
        assertThat(Files.readString(rule)).isEqualTo(before);
        assertThat(run("lint", "--fix", rule.toString())).isZero();
        assertThat(Files.readString(rule)).isEqualTo(before.replace("HIGH", "high"));
        assertThat(run("lint", "--fix", "--dry-run", rule.toString())).isZero();
        assertThat(run("lint", "--dry-run", rule.toString())).isEqualTo(2);
    }

    @Test
    void commentsAndSettingsSwitchChecksOff() throws IOException {
        Path rule = rules.resolve("q.yml");
        Files.delete(rules.resolve("x.yml"));
        run("lint", "-o", "json", rules.toString());
        assertThat(json().path("problems").findValuesAsString("code")).contains("S202", "S207", "S211");
        Files.writeString(rule, "# tocsin-lint: disable-file=S211\n" + Files.readString(rule).replace("id-2",
                "id-2 # tocsin-lint: disable=S202"));
        Files.writeString(dir.resolve(".tocsin-lint.yaml"),
                "disable: [S210]\nseverity: {S207: error}\npaths: [{match: 'other/**', disable: [S207]}]\n");
        out.getBuffer().setLength(0);
        assertThat(run("lint", "-o", "json", rules.toString())).isEqualTo(1);
        assertThat(json().path("problems").findValuesAsString("code")).contains("S207").doesNotContain("S202", "S210",
                "S211");
        Files.writeString(dir.resolve(".tocsin-lint.yaml"), "disabel: [S210]\nseverity: {S999: off}\n");
        run("lint", rules.toString());
        assertThat(out.toString()).contains("S143 \"disabel\" is no key", "S143 there is no check \"S999\"");
    }

    @Test
    void fieldsThatEventsDoNotHaveAreFound() throws IOException {
        Path fields = dir.resolve("fields.txt");
        Files.writeString(fields, "B\nC\n");
        run("lint", "-o", "json", "--fields", fields.toString(), rules.resolve("x.yml").toString());
        assertThat(json().path("problems").findValuesAsString("code")).contains("S247", "S248");
        out.getBuffer().setLength(0);
        run("lint", "-o", "json", "--events", dir.resolve("events.jsonl").toString(), rules.toString());
        assertThat(json().path("problems").findValuesAsString("code")).doesNotContain("S247", "S248", "S249");
    }

    @Test
    void onlyWhatGitSaysHasChangedIsTested() throws Exception {
        for (String[] command : new String[][]{{"init", "-q"}, {"add", "."},
                {"-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "first"}}) {
            String[] git = new String[command.length + 3];
            git[0] = "git";
            git[1] = "-C";
            git[2] = dir.toString();
            System.arraycopy(command, 0, git, 3, command.length);
            assertThat(new ProcessBuilder(git).inheritIO().start().waitFor()).isZero();
        }
        assertThat(run("test", "--changed", rules.toString())).isZero();
        assertThat(err.toString()).contains("no rule or test has changed");
        Files.writeString(rules.resolve("q.test.yml"), "must_fire: [{A: q1}]\nmust_not_fire: [{A: x}]\n");
        assertThat(run("test", "--changed", "--mutate=strict", "-o", "json", rules.toString())).isZero();
        assertThat(json().path("cases")).hasSize(2);
        assertThat(json().path("untested")).isEmpty();
        assertThat(json().path("mutation").path("survivors")).isEmpty();
        assertThat(run("test", "--changed", "--base", "absent", rules.toString())).isEqualTo(2);
    }

    @Test
    void reloadSaysWhatIsInForceAndFailsWhenNothingAnswers() {
        assertThat(run("reload", "--url", "http://127.0.0.1:1")).isNotZero();
    }
}
