package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whichever way events come in, they raise the alerts that {@code tocsin rules match} says of them, and no others. */
class EqualWaysTest {
    private static final int SIZE = Integer.getInteger("tocsin.ways", 3_000);
    private static final long SEED = Long.getLong("tocsin.seed", 20261121L);
    private static final String CONFIG = """
            sources:
              by-hec: {type: http, listen: '127.0.0.1:${hec}'}
              by-syslog: {type: syslog, listen: '127.0.0.1:${syslog}'}
              by-file: {type: file, paths: ['${dir}/in/*.jsonl'], scan: 200ms}
              by-file-bare: {type: file, paths: ['${dir}/bare/*.jsonl'], scan: 200ms}
            detect:
              rules: [%s]
            sinks:
              all-events: {type: file, stream: events, path: '${dir}/out/events.jsonl'}
              all-alerts: {type: file, stream: alerts, path: '${dir}/out/alerts.jsonl'}
            """;

    @TempDir
    Path directory;

    @Test
    void syslogHttpAndFileRaiseTheAlertsThatTheCommandFinds() throws Exception {
        SigmaCases cases = SigmaCases.sample(SIZE, SEED);
        List<String> bare = cases.events().stream().filter(e -> e.contains("\"_src\":\"m")).limit(400)
                .map(EqualWaysTest::withoutLogSource).toList();
        List<String> expected = oracle(cases, cases.events(), "all.jsonl");
        List<String> expectedOfBare = oracle(cases, cases.events().stream().filter(ids(bare)).toList(), "some.jsonl");
        String rules = cases.rules().stream().map(r -> "'" + r + "'").collect(Collectors.joining(", "));
        try (NodeProcess node = new NodeProcess(directory, directory.resolve("data"), CONFIG.formatted(rules));
                Doors doors = new Doors(node)) {
            Duration ready = node.start();
            long began = System.nanoTime();
            doors.syslog(cases.events().stream().map(e -> Doors.counted(Doors.rfc5424(e))).toList());
            hec(doors, cases.events());
            append("in", cases.events());
            append("bare", bare);
            long events = 3L * cases.events().size() + bare.size();
            Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(200))
                    .until(() -> passed(node) >= events);
            JsonNode audit = node.awaitBalanced(Duration.ofSeconds(240));
            assertThat(audit.path("verdict").asString()).as(audit.toPrettyString()).isEqualTo("balanced");
            assertThat(node.get("/api/v1/dead")).as("dead letters").isEmpty();

            Map<String, List<String>> found = alerts();
            for (String way : List.of("by-syslog", "by-hec", "by-file")) {
                assertThat(differences(expected, found.get(way))).as(way).isEmpty();
            }
            if (!bare.isEmpty()) {
                assertThat(differences(expectedOfBare, found.get("by-file-bare"))).as("without _logsource").isEmpty();
            }
            System.out.printf("%s, seed %d: %d events by three ways, %d alerts each; %d without _logsource, %d alerts;"
                    + " ready after %d ms, %.1f s for all%n", cases.name(), SEED, cases.events().size(),
                    expected.size(),
                    bare.size(), expectedOfBare.size(), ready.toMillis(), (System.nanoTime() - began) / 1e9);
            assertThat(node.stop()).isZero();
        }
    }

    /** Pairs of event and rule, as the command finds them. */
    private List<String> oracle(SigmaCases cases, List<String> events, String name) throws Exception {
        Path file = directory.resolve(name);
        Files.write(file, events);
        List<String> command = new ArrayList<>(List.of("rules", "match", "--events", file.toString()));
        cases.rules().forEach(r -> command.addAll(List.of("--rules", r.toString())));
        Cli.Result result = Cli.tocsin(command.toArray(String[]::new));
        assertThat(result.exit()).as(result.err()).isZero();
        List<String> pairs = new ArrayList<>();
        for (String line : result.out().lines().toList()) {
            JsonNode match = Json.read(line);
            match.path("rules").forEach(rule -> pairs.add(match.path("event").asString() + " " + rule.asString()));
        }
        return pairs;
    }

    /** Pairs of event and rule by source, as the sinks' files tell them. */
    private Map<String, List<String>> alerts() throws IOException {
        Map<String, String> names = new HashMap<>();
        for (JsonNode event : Outcome.lines(directory, "events")) {
            String original = event.at("/event/original").asString();
            JsonNode sent = Json.read(original.substring(original.indexOf('{')));
            names.put(event.at("/tocsin/id").asString(), sent.path("_id").asString());
        }
        Map<String, List<String>> found = new HashMap<>();
        for (JsonNode alert : Outcome.lines(directory, "alerts")) {
            found.computeIfAbsent(alert.at("/tocsin/source").asString(), _ -> new ArrayList<>())
                    .add(names.get(alert.path("events").path(0).asString()) + " " + alert.at("/rule/id").asString());
        }
        return found;
    }

    /** What is missing and what is too much, each as often as it is; the whole lists are too long to read. */
    private static List<String> differences(List<String> expected, List<String> found) {
        Map<String, Integer> balance = new TreeMap<>();
        expected.forEach(e -> balance.merge(e, -1, Integer::sum));
        found.forEach(f -> balance.merge(f, 1, Integer::sum));
        return balance.entrySet().stream().filter(e -> e.getValue() != 0)
                .map(e -> e.getKey() + (e.getValue() < 0 ? " is missing" : " is too much")).toList();
    }

    private static long passed(NodeProcess node) throws IOException, InterruptedException {
        long passed = 0;
        for (JsonNode stage : node.get("/api/v1/status").path("stages")) {
            if (stage.path("name").asString().equals("process")) {
                passed += stage.path("in").asLong();
            }
        }
        return passed;
    }

    private static void hec(Doors doors, List<String> events) throws Exception {
        for (int from = 0; from < events.size(); from += 250) {
            String body = events.subList(from, Math.min(events.size(), from + 250)).stream()
                    .map(e -> "{\"event\":" + e + "}").collect(Collectors.joining("\n"));
            var answer = doors.post("/services/collector/event", body.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    /** Grows a file that the node follows, in pieces that do not end where lines end. */
    private void append(String folder, List<String> lines) throws IOException {
        Path file = Files.createDirectories(directory.resolve(folder)).resolve("events.jsonl");
        byte[] all = lines.stream().map(l -> l + "\n").collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < all.length; from += 100_000) {
            byte[] piece = Arrays.copyOfRange(all, from, Math.min(all.length, from + 100_000));
            Files.write(file, piece, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static String withoutLogSource(String event) {
        ObjectNode object = (ObjectNode) Json.read(event);
        object.remove("_logsource");
        return object.toString();
    }

    private static Predicate<String> ids(List<String> events) {
        Set<String> ids = events.stream().map(EqualWaysTest::id).collect(Collectors.toSet());
        return e -> ids.contains(id(e));
    }

    private static String id(String event) {
        return Json.read(event).path("_id").asString();
    }
}
