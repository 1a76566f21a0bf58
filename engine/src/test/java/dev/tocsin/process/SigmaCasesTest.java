package dev.tocsin.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Sigma cases' real events: classified without their {@code _logsource} as with it, their fields unchanged, and what
 * is mapped of one type. */
class SigmaCasesTest {
    private final LogSourceClassifier classifier = LogSourceClassifier.builtIn();
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Set<String>> types = new TreeMap<>();
    private int checked;

    @Test
    void realEventsAreClassifiedAsTheirSetSaysAndKeepTheirFields() throws IOException {
        Optional<Path> folder = folder();
        assumeTrue(folder.isPresent(), "no shared/sigma-cases above the working directory, no TOCSIN_SIGMA_CASES");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(folder.get().resolve("events.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                ObjectNode event = (ObjectNode) Json.read(line);
                String source = event.path("_src").asString();
                if (!source.equals("synthetic") && !source.equals("conformance")) {
                    check(event);
                }
            }
        }
        assertThat(wrong).as("of %s real events", checked).isEmpty();
        assertThat(checked).isGreaterThan(60_000);
        assertThat(types).as("each ECS field has one type").allSatisfy((path, kinds) -> assertThat(kinds).hasSize(1));
        assertThat(types).containsKeys("source.ip", "source.port", "process.pid", "user.name", "dns.question.name",
                "registry.path", "file.path", "http.request.method", "tls.version", "user_agent.original");
    }

    private void types(JsonNode node, String path) {
        for (var field : node.properties()) {
            String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            if (field.getValue().isObject()) {
                types(field.getValue(), name);
            } else {
                types.computeIfAbsent(name, _ -> new TreeSet<>()).add(field.getValue().getNodeType().name());
            }
        }
    }

    private void check(ObjectNode event) {
        checked++;
        String id = event.path("_id").asString();
        LogSource expected = LogSourceClassifier.own(event);
        ObjectNode fields = VendorFields.of(event, LogSource.UNKNOWN);
        ObjectNode bare = event.deepCopy().without("_logsource");
        if (!classifier.classify(bare).equals(expected)) {
            wrong.add(id + " alone is " + classifier.classify(bare) + ", not " + expected);
        }
        Event processed = Intakes.passed(bare.toString());
        if (!processed.logSource().equals(expected)) {
            wrong.add(id + " processed is " + processed.logSource() + ", not " + expected);
        }
        if (fields.path("EventID").asInt(0) == 4688 && "security".equals(expected.service())) {
            copy(fields, "NewProcessName", "Image");
            copy(fields, "ParentProcessName", "ParentImage");
        }
        ObjectNode body = (ObjectNode) Intakes.body(processed);
        if (!body.path("vendor").equals(fields)) {
            wrong.add(id + " has other fields");
        }
        types(body.without(List.of("vendor", "tocsin")), "");
    }

    private static void copy(ObjectNode fields, String from, String to) {
        JsonNode value = fields.get(from);
        if (value != null && !fields.has(to)) {
            fields.set(to, value);
        }
    }

    private static Optional<Path> folder() {
        String told = System.getenv("TOCSIN_SIGMA_CASES");
        if (told != null) {
            return Optional.of(Path.of(told));
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolve("shared/sigma-cases");
            if (Files.isDirectory(folder)) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }
}
