package dev.tocsin.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RulesCommandTest {
    private static final String RULE = """
            title: %s
            id: %s
            logsource: {product: p}
            detection: {s: {A: %s}, condition: s}
            """;

    @TempDir
    private Path dir = Path.of("");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void rules() throws IOException {
        Files.createDirectory(dir.resolve("rules"));
        Files.writeString(dir.resolve("rules/two.yml"), RULE.formatted("Two", "id-2", "x"));
        Files.writeString(dir.resolve("rules/one.yml"), RULE.formatted("One", "id-1", "'x*'"));
        Files.writeString(dir.resolve("rules/bad.yml"), RULE.formatted("Bad", "id-3", "{B: c}"));
    }

    private int run(String... arguments) {
        CommandLine line = RulesCommand.commandLine(event -> {
            String product = event.path("_logsource").path("product").asString(event.has("B") ? "p" : null);
            return new EventReader.Reading(event, new LogSource(product, List.of(), null));
        }, Terminal.system());
        return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    private String rulesDir() {
        return dir.resolve("rules").toString();
    }

    private Path events(String text) throws IOException {
        Path file = dir.resolve("events.jsonl.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
            gzip.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return file;
    }

    @Test
    void matchWritesALineForEachEventThatMatchedInTheirOrder() throws IOException {
        Path events = events("""
                {"_id":"e1","_logsource":{"product":"p"},"A":"x"}
                {"_id":"e2","_logsource":{"product":"q"},"A":"x"}

                {"_logsource":{"product":"p","category":["c"]},"A":"xy"}
                {"_id":5,"A":"x","B":"classified by the hook"}
                {"_id":"e6","A":"x"}
                """);
        assertThat(run("match", "--rules", rulesDir(), "--events", events.toString())).isZero();
        assertThat(out.toString().lines()).containsExactly("{\"event\":\"e1\",\"rules\":[\"id-1\",\"id-2\"]}",
                "{\"event\":\"4\",\"rules\":[\"id-1\"]}", "{\"event\":\"5\",\"rules\":[\"id-1\",\"id-2\"]}");
        assertThat(err.toString()).contains("bad.yml:4:20: error S112", "2 rules loaded", "1 refused",
                "5 events, 3 of them matched");
    }

    @Test
    void matchReportsBadLinesByNumberAndGoesOn() throws IOException {
        Path events = events("nonsense\n[1]\n{\"_id\":\"e\",\"_logsource\":{\"product\":\"p\"},\"A\":\"x\"}\n{\"a\":");
        Path result = dir.resolve("out.jsonl");
        assertThat(run("match", "-o", "json", "--rules", rulesDir(), "--events", events.toString(), "--out",
                result.toString())).isEqualTo(1);
        assertThat(Files.readString(result)).isEqualTo("{\"event\":\"e\",\"rules\":[\"id-1\",\"id-2\"]}\n");
        assertThat(err.toString()).contains(events + ":1: not JSON", events + ":2: not a JSON object",
                events + ":4: not JSON");
        assertThat(Json.read(err.toString().lines().toList().getLast()).path("bad_events").asInt()).isEqualTo(3);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aGzipFileThatBreaksOffIsSaidAndCounted() throws IOException {
        Path events = events("{\"_id\":\"e\",\"_logsource\":{\"product\":\"p\"},\"A\":\"x\"}\n".repeat(5000));
        byte[] whole = Files.readAllBytes(events);
        Files.write(events, java.util.Arrays.copyOf(whole, whole.length - 20));
        assertThat(run("match", "--rules", rulesDir(), "--events", events.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("breaks off");
    }

    @Test
    void wrongUseIsTwo() {
        assertThat(run("match", "--rules", rulesDir())).isEqualTo(2);
        assertThat(run("match", "--rules", "/absent", "--events", "-")).isEqualTo(2);
        assertThat(run("match", "--rules", rulesDir(), "--events", "/absent")).isEqualTo(2);
        assertThat(run("lint", "/absent")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(run("nonsense")).isEqualTo(2);
    }

    @Test
    void lintGivesOneForErrorsAndForWarningsOnlyWhenStrict() {
        String good = dir.resolve("rules/one.yml").toString();
        assertThat(run("lint", rulesDir())).isEqualTo(1);
        assertThat(run("lint", good)).isZero();
        assertThat(run("lint", "--strict", good)).isEqualTo(1);
        out.getBuffer().setLength(0);
        run("lint", "-o", "json", rulesDir());
        assertThat(Json.read(out.toString()).path("errors").asInt()).isEqualTo(1);
    }

    @Test
    void testsRunAndAreWrittenAsJunit() throws IOException {
        Files.writeString(dir.resolve("rules/one.test.yml"),
                "must_fire: [{A: xyz}]\nmust_not_fire: [{A: \"x\\u0001\"}]");
        Files.delete(dir.resolve("rules/bad.yml"));
        Path junit = dir.resolve("junit.xml");
        assertThat(run("test", "--junit", junit.toString(), rulesDir())).isEqualTo(1);
        assertThat(out.toString()).contains("one.test.yml:2: must_not_fire 1 fires but must not");
        assertThat(err.toString()).contains("2 cases, 1 failed; 1 rules without tests");
        assertThat(Files.readString(junit)).contains("tests=\"3\" failures=\"1\" skipped=\"1\"", "\ufffd");
    }

    @Test
    void explainShowsTheItemThatDecides() throws IOException {
        Path event = dir.resolve("event.json");
        Files.writeString(event, "{\n\"_logsource\": {\"product\": \"p\"},\n\"A\": \"y\"}");
        assertThat(run("explain", "--rule", dir.resolve("rules/one.yml").toString(), "--event", event.toString()))
                .isZero();
        assertThat(out.toString()).contains("One (id-1)", "does not fire", "✗ A \"x*\"   event: \"y\"");
    }

    @Test
    void convertWritesRulesAndCorrelationsAndSaysWhatItCannot() throws IOException {
        Path old = Files.createDirectories(dir.resolve("old"));
        String rule = "title: Many\nid: 11111111-1111-4111-8111-111111111111\nlogsource:\n  product: p\ndetection:\n"
                + "  s:\n    A: 1\n  timeframe: 5m\n  condition: s | count() by B > 5\n";
        Files.writeString(old.resolve("many.yml"), rule);
        Files.writeString(old.resolve("bad.yml"), rule.replace("count() by B > 5", "median(x) > 5"));
        Files.writeString(old.resolve("new.yml"), rule.replace(" | count() by B > 5", ""));
        Path target = dir.resolve("converted");
        assertThat(run("convert", old.toString(), "--out", target.toString())).isEqualTo(1);
        assertThat(target).isDirectoryContaining(p -> p.endsWith("many.yml")).isDirectoryNotContaining(
                p -> !p.endsWith("many.yml"));
        assertThat(Files.readString(target.resolve("many.yml"))).contains("type: event_count", "condition: s\n");
        assertThat(err.toString()).contains("bad.yml:9:14: error S160", "1 rules converted, 1 could not be");
        assertThat(run("convert", old.resolve("many.yml").toString(), "--out", target.toString())).isEqualTo(2);
    }

    @Test
    void convertReadsElastAlert() throws IOException {
        Path rule = dir.resolve("ea.yaml");
        Files.writeString(rule, "{name: n, type: frequency, num_events: 3, timeframe: {minutes: 1}, "
                + "filter: [{term: {a: x}}]}");
        assertThat(run("convert", "--from", "elastalert", "--product", "p", rule.toString(), "-o", "json")).isZero();
        assertThat(out.toString()).contains("\"rules\" : 1", "event_count", "product: p");
        assertThat(run("convert", "--from", "splunk", rule.toString())).isEqualTo(2);
    }

    @Test
    void aPipelineMapsFieldNames() throws IOException {
        Path pipeline = dir.resolve("p.yml");
        Files.writeString(pipeline, "transformations: [{type: field_name_mapping, mapping: {A: a.b}}]");
        Path events = events("{\"_id\":\"e\",\"_logsource\":{\"product\":\"p\"},\"a\":{\"b\":\"x\"}}\n");
        run("match", "--pipeline", pipeline.toString(), "--rules", rulesDir(), "--events", events.toString());
        assertThat(out.toString()).contains("\"e\"");
    }
}
