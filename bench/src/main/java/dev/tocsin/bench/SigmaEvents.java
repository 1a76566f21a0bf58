package dev.tocsin.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events of a directory of Sigma cases, and the log source of each, as a pipeline would have it in the envelope. */
final class SigmaEvents {
    static final JsonMapper MAPPER = new JsonMapper();

    record Source(@Nullable String product, List<String> category, @Nullable String service) {
    }

    final byte[][] json;
    final Source[] sources;
    final long bytes;

    private SigmaEvents(List<byte[]> json, List<Source> sources) {
        this.json = json.toArray(byte[][]::new);
        this.sources = sources.toArray(Source[]::new);
        this.bytes = json.stream().mapToLong(j -> j.length).sum();
    }

    static SigmaEvents read(Path cases) throws IOException {
        List<byte[]> json = new ArrayList<>();
        List<Source> sources = new ArrayList<>();
        Map<Source, Source> known = new HashMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(cases.resolve("events.jsonl.gz")), 1 << 16),
                StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode source = MAPPER.readTree(line).path("_logsource");
                List<String> category = new ArrayList<>();
                source.path("category").forEach(c -> category.add(c.asString()));
                json.add(line.getBytes(StandardCharsets.UTF_8));
                Source s = new Source(text(source.get("product")), List.copyOf(category), text(source.get("service")));
                sources.add(known.computeIfAbsent(s, same -> same));
            }
        }
        return new SigmaEvents(json, sources);
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null ? null : node.asString();
    }

    int size() {
        return json.length;
    }
}
