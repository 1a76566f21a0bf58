package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Compares what a node delivered with what the load made: events and alerts, each exactly once. */
final class Outcome {
    private static final String RULE = """
            title: Whoami with privileges
            id: 7b1d9d0e-6a35-4c1e-9a52-0d7c5b3f1e11
            status: test
            level: medium
            author: Tocsin
            logsource:
              product: windows
              category: process_creation
            detection:
              selection:
                CommandLine|contains: 'whoami.exe /priv'
              condition: selection
            """;

    /** Sources, one rule, and file sinks for all events and alerts. */
    static final String CONFIG = """
            sources:
              hec:
                type: http
                listen: 127.0.0.1:${hec}
              syslog:
                type: syslog
                listen: 127.0.0.1:${syslog}
            detect:
              rules: ['${dir}/rules']
            sinks:
              all-events: {type: file, stream: events, path: '${dir}/out/events.jsonl'}
              all-alerts: {type: file, stream: alerts, path: '${dir}/out/alerts.jsonl'}
            """;

    private Outcome() {
    }

    static void writeRule(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("rules"));
        Files.writeString(directory.resolve("rules/whoami.yml"), RULE);
    }

    static List<JsonNode> lines(Path directory, String prefix) throws IOException {
        List<JsonNode> out = new ArrayList<>();
        Path dir = directory.resolve("out");
        if (Files.isDirectory(dir)) {
            try (Stream<Path> files = Files.list(dir)) {
                for (Path file : files.filter(f -> f.getFileName().toString().startsWith(prefix)).toList()) {
                    for (String line : Files.readAllLines(file)) {
                        out.add(Json.read(line));
                    }
                }
            }
        }
        return out;
    }

    /** Every acknowledged event is there once, in the file and in the index; alerts are those of the oracle. */
    static String check(NodeProcess node, Path directory, HecLoad load) throws IOException, InterruptedException {
        JsonNode audit = node.awaitBalanced(Duration.ofSeconds(240));
        assertThat(audit.path("verdict").asString()).as(audit.toPrettyString()).isEqualTo("balanced");

        Map<Integer, String> ids = new HashMap<>();
        Set<Integer> twice = new TreeSet<>();
        for (JsonNode event : lines(directory, "events")) {
            int n = event.at("/vendor/n").asInt();
            if (ids.put(n, event.at("/tocsin/id").asString()) != null) {
                twice.add(n);
            }
        }
        Set<Integer> lost = new TreeSet<>();
        load.acknowledged().stream().filter(n -> !ids.containsKey(n)).forEach(lost::add);
        assertThat(lost).as("acknowledged events lost").isEmpty();
        assertThat(twice).as("events delivered twice").isEmpty();
        assertThat(new HashSet<>(ids.values())).as("two events of one id").hasSameSizeAs(ids.values());
        // The index follows: a document can be found within 500 ms.
        long began = System.nanoTime();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(
                () -> assertThat(node.searchTotal("*", "event")).as("documents in the index").isEqualTo(ids.size()));

        List<String> alerted = new ArrayList<>();
        lines(directory, "alerts").forEach(a -> alerted.add(a.path("events").path(0).asString()));
        List<String> oracle = ids.entrySet().stream().filter(e -> HecLoad.fires(e.getKey())).map(Map.Entry::getValue)
                .toList();
        assertThat(alerted).as("alerts").containsExactlyInAnyOrderElementsOf(oracle);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(
                () -> assertThat(node.searchTotal("*", "alert")).as("alerts in the index").isEqualTo(oracle.size()));
        return "made " + load.made() + ", acknowledged " + load.acknowledgedCount() + ", delivered " + ids.size()
                + ", lost 0, doubled 0, batches sent again " + load.resentBatches() + ", alerts " + alerted.size()
                + " of "
                + oracle.size() + ", index complete " + Duration.ofNanos(System.nanoTime() - began).toMillis()
                + " ms after the audit";
    }
}
