package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.Outcome;
import dev.tocsin.event.Json;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.node.TocsinConfig.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What dashboards and alert rules ask for is there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class DashboardsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern METRIC = Pattern.compile("\\b(?:tocsin|jvm|process)_[a-z0-9_]+");
    private static final Pattern SELECTOR = Pattern.compile("(\\b(?:tocsin|jvm|process)_[a-z0-9_]+)(?:\\{([^}]*)})?");
    private static final Pattern BY = Pattern.compile("by \\(([^)]*)\\)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)\\s*\"");
    /** Prometheus gives it to whatever it scrapes. */
    private static final String INSTANCE = "instance";

    private Node node;
    private final Map<String, Set<String>> metrics = new HashMap<>();

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Path rules = Files.createDirectories(directory.resolve("rules"));
        Files.writeString(rules.resolve("r.yml"), """
                title: x
                id: r-1
                logsource: {product: test}
                detection: {s: {a: b}, condition: s}
                """);
        Outcome<TocsinConfig> read = ConfigCheck.parse("""
                node: {data: %s/data}
                log: {bootstrap_servers: "%s", replication_factor: 1, topic_prefix: %s}
                sources: {http: {type: http, listen: "127.0.0.1:1"}}
                sinks: {siem: {type: syslog, address: "127.0.0.1:9", transport: udp}}
                index: {enabled: false}
                detect: {rules: [%s]}
                rollout: {parity: {engines: [blue, green]}}
                """.formatted(directory, SharedBroker.servers(), SharedBroker.newPrefix(), rules), "test");
        assertThat(read.problems()).isEmpty();
        node = Node.start(read.value().orElseThrow(), EnumSet.allOf(Role.class));
        for (String line : node.api().metrics().split("\n")) {
            Matcher found = SELECTOR.matcher(line);
            if (!line.startsWith("#") && found.lookingAt()) {
                Set<String> labels = metrics.computeIfAbsent(found.group(1), _ -> new HashSet<>(Set.of(INSTANCE)));
                Matcher each = LABEL.matcher(found.group(2) == null ? "" : found.group(2));
                while (each.find()) {
                    labels.add(each.group(1));
                }
            }
        }
        fromSource();
    }

    /** Some numbers are told only when there is something to tell: a rule is parked, a replay was made. */
    private void fromSource() throws IOException {
        for (String one : List.of("events_per_second", "evaluation_p99_seconds", "cpu_seconds_per_million")) {
            written("node/NodeReplays.java", one, "tocsin_rollout_replay_" + one, "engine", "run", "role");
        }
        written("detect/Quarantine.java", "tocsin_rule_quarantined{rule=", "tocsin_rule_quarantined", "engine", "run",
                "role", "rule");
        written("detect/RuleCosts.java", "tocsin_detect_rule_evaluation_seconds",
                "tocsin_detect_rule_evaluation_seconds", "engine", "run", "role", "rule");
        written("rollout/parity/ParityDesk.java", "tocsin_rollout_parity_rule_differences_total",
                "tocsin_rollout_parity_rule_differences_total", "engine", "run", "role", "rule");
        written("content/ContentHealth.java", "tocsin_content_commit", "tocsin_content_info", "engine", "run", "role",
                "desired", "running");
    }

    private void written(String file, String text, String metric, String... labels) throws IOException {
        assertThat(Files.readString(ROOT.resolve("engine/src/main/java/dev/tocsin").resolve(file))).contains(text);
        metrics.computeIfAbsent(metric, _ -> new HashSet<>(Set.of(INSTANCE))).addAll(List.of(labels));
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private void check(String where, String query) {
        Matcher each = SELECTOR.matcher(query);
        Set<String> labels = new HashSet<>();
        boolean any = false;
        while (each.find()) {
            any = true;
            assertThat(metrics).as(where + " asks for a metric that there is not: " + query)
                    .containsKey(each.group(1));
            labels.addAll(metrics.get(each.group(1)));
            Matcher label = LABEL.matcher(each.group(2) == null ? "" : each.group(2));
            while (label.find()) {
                assertThat(metrics.get(each.group(1))).as(where + " asks for a label that " + each.group(1)
                        + " has not: " + query).contains(label.group(1));
            }
        }
        assertThat(any).as(where + " asks for nothing: " + query).isTrue();
        Matcher by = BY.matcher(query);
        while (by.find()) {
            assertThat(labels).as(where + ": " + query).contains(by.group(1).split(",\\s*"));
        }
    }

    @Test
    void eachMetricSaysWhichEngineInWhichRole() {
        assertThat(node.api().metrics().lines().filter(l -> !l.startsWith("#") && !l.isEmpty()))
                .allMatch(l -> l.contains("engine=\"blue\"") && l.contains("role=\"live\"")
                        && l.contains("run=\"live\""));
    }

    @Test
    void eachPanelAsksForWhatThereIs() throws IOException {
        List<Path> boards = new ArrayList<>();
        try (Stream<Path> files = Files.list(ROOT.resolve("packaging/grafana"))) {
            files.filter(f -> f.toString().endsWith(".json")).forEach(boards::add);
        }
        assertThat(boards).hasSizeGreaterThanOrEqualTo(2);
        for (Path file : boards) {
            JsonNode board = Json.read(Files.readString(file));
            int queries = 0;
            for (JsonNode panel : board.path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    check(file.getFileName() + ", " + panel.path("title").asString(""), target.path("expr").asString(
                            ""));
                    queries++;
                }
            }
            assertThat(queries).isGreaterThan(5);
        }
    }

    @Test
    void theLiveDashboardShowsNoShadow() throws IOException {
        JsonNode board = Json.read(Files.readString(ROOT.resolve("packaging/grafana/tocsin-live.json")));
        assertThat(board.at("/templating/list/1/query/query").asString(""))
                .isEqualTo("label_values(tocsin_detect_rules{role=\"live\"}, engine)");
        for (JsonNode panel : board.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                String query = target.path("expr").asString("");
                boolean isOfEngines = query.contains("tocsin_detect_") || query.contains("tocsin_rule_")
                        || query.contains("tocsin_stage_");
                assertThat(!isOfEngines || query.contains("engine=~\"$engine\"")
                        || query.contains("stage!~\"detect.*|correlate.*\"")).as(query).isTrue();
            }
        }
    }

    @Test
    void eachAlertRuleAsksForWhatThereIsAndNoShadowPages() throws IOException {
        String text = Files.readString(ROOT.resolve("packaging/prometheus/tocsin-alerts.yml"));
        Matcher rule = Pattern
                .compile("- alert: (\\S+)\\s+expr: (.*)\\n(?:\\s+for: .*\\n)?\\s+labels: \\{severity: (\\w+)}\\n"
                        + "\\s+annotations:\\n\\s+summary: .*\\n\\s+runbook: (\\S+)")
                .matcher(text);
        int rules = 0;
        while (rule.find()) {
            check(rule.group(1), rule.group(2));
            assertThat(ROOT.resolve(rule.group(4))).as(rule.group(1)).exists();
            if (rule.group(2).contains("role=\"shadow\"")) {
                assertThat(rule.group(3)).as(rule.group(1)).isEqualTo("info");
            }
            rules++;
        }
        assertThat(rules).isEqualTo(text.split("- alert: ").length - 1).isGreaterThan(10);
        assertThat(METRIC.matcher(text).results().count()).isGreaterThan(10);
    }
}
