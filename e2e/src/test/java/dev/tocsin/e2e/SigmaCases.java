package dev.tocsin.e2e;

import dev.tocsin.event.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events and rules to detect with: the large public set when it is on this machine (found upwards of the sources as
 * {@code shared/sigma-cases}, or named by TOCSIN_SIGMA_CASES), else the tests of the example rules.
 *
 * @param rules directories
 * @param events JSON lines, each with an {@code _id} of its own
 */
record SigmaCases(String name, List<Path> rules, List<String> events) {
    private record Group(List<String> matching, List<String> others) {
    }

    /** About {@code size} events of every log source there is, half of them with matches where there are so many. */
    static SigmaCases sample(int size, long seed) throws IOException {
        Path shared = shared();
        return shared == null ? examples() : shared(shared, size, new Random(seed));
    }

    private static Path shared() {
        String named = System.getenv("TOCSIN_SIGMA_CASES");
        if (named != null) {
            return Path.of(named);
        }
        for (Path at = NodeProcess.ROOT; at != null; at = at.getParent()) {
            Path found = at.resolve("shared/sigma-cases");
            if (Files.isRegularFile(found.resolve("events.jsonl.gz"))) {
                return found;
            }
        }
        return null;
    }

    private static SigmaCases shared(Path directory, int size, Random random) throws IOException {
        Map<String, Group> groups = new TreeMap<>();
        try (BufferedReader events = lines(directory.resolve("events.jsonl.gz"));
                BufferedReader expected = lines(directory.resolve("expected.jsonl.gz"))) {
            for (String event = events.readLine(); event != null; event = events.readLine()) {
                int from = event.indexOf("\"_logsource\":");
                String kind = event.substring(from, event.indexOf('}', from));
                Group group = groups.computeIfAbsent(kind, _ -> new Group(new ArrayList<>(), new ArrayList<>()));
                boolean matches = !String.valueOf(expected.readLine()).contains("\"rules\":[]");
                (matches ? group.matching : group.others).add(event);
            }
        }
        // Small groups are taken whole, so that no log source is missing; the large ones share what is left.
        List<String> sample = new ArrayList<>();
        int left = groups.size();
        List<Group> bySize = groups.values().stream()
                .sorted((a, b) -> Integer.compare(a.matching.size() + a.others.size(),
                        b.matching.size() + b.others.size()))
                .toList();
        for (Group group : bySize) {
            int share = Math.max(2, (size - sample.size()) / left--);
            Collections.shuffle(group.matching, random);
            Collections.shuffle(group.others, random);
            int matching = Math.min(group.matching.size(), Math.max((share + 1) / 2, share - group.others.size()));
            sample.addAll(group.matching.subList(0, matching));
            sample.addAll(group.others.subList(0, Math.min(group.others.size(), share - matching)));
        }
        Collections.shuffle(sample, random);
        return new SigmaCases("sigma-cases (" + groups.size() + " log sources)", List.of(directory.resolve("rules")),
                sample);
    }

    private static BufferedReader lines(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(new GZIPInputStream(Files.newInputStream(file), 1 << 16),
                StandardCharsets.UTF_8));
    }

    private static SigmaCases examples() throws IOException {
        Path rules = NodeProcess.ROOT.resolve("examples/rules");
        List<String> events = new ArrayList<>();
        try (Stream<Path> files = Files.walk(rules)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".test.yml")).sorted().toList()) {
                JsonNode source = yaml(file.resolveSibling(file.getFileName().toString().replace(".test.yml", ".yml")))
                        .path("logsource");
                collect(yaml(file), source, events);
            }
        }
        return new SigmaCases("the example rules", List.of(rules), events);
    }

    private static JsonNode yaml(Path file) throws IOException {
        return Json.mapper()
                .valueToTree(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
    }

    /** Every event of the lists {@code must_fire} and {@code must_not_fire}, of the log source of their rule. */
    private static void collect(JsonNode test, JsonNode source, List<String> events) {
        for (String list : List.of("must_fire", "must_not_fire")) {
            for (JsonNode event : test.path(list)) {
                ObjectNode line = Json.object().put("_id", "E" + (events.size() + 1));
                ObjectNode kind = line.putObject("_logsource");
                for (String name : List.of("product", "service")) {
                    if (source.has(name)) {
                        kind.set(name, source.path(name));
                    }
                }
                if (source.has("category")) {
                    kind.putArray("category").add(source.path("category"));
                }
                line.setAll((ObjectNode) event);
                events.add(line.toString());
            }
        }
    }
}
