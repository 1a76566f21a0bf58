package dev.tocsin.sigma;

import dev.tocsin.event.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A directory of events, rules and the rules that each event must match; see its README. */
record SigmaCases(Path directory) {

    /** The directory named by property or environment, else {@code shared/sigma-cases} at or above here. */
    static Optional<SigmaCases> find() {
        String named = System.getProperty("TOCSIN_SIGMA_CASES", System.getenv("TOCSIN_SIGMA_CASES"));
        if (named != null) {
            return Optional.of(new SigmaCases(Path.of(named)));
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path cases = at.resolve("shared/sigma-cases");
            if (Files.isRegularFile(cases.resolve("events.jsonl.gz"))) {
                return Optional.of(new SigmaCases(cases));
            }
        }
        return Optional.empty();
    }

    Path rules() {
        return directory.resolve("rules");
    }

    List<String> lines(String name) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(directory.resolve(name)), 1 << 16), StandardCharsets.UTF_8))) {
            return in.lines().toList();
        }
    }

    /** Ids and files of rules that must not load. */
    List<String[]> mustReject() {
        try {
            return Files.readAllLines(directory.resolve("must-reject.tsv")).stream().skip(1).map(l -> l.split("\t"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : array) {
            texts.add(item.asString());
        }
        return texts;
    }

    static List<SigmaRule> match(SigmaEngine engine, JsonNode event) {
        JsonNode source = event.path("_logsource");
        return engine.match(event, text(source.get("product")), texts(source.path("category")),
                text(source.get("service")));
    }

    /** From the bytes of a line to rules; the log source is read beside. */
    static List<SigmaRule> match(EventMatcher matcher, byte[] line, JsonNode event) {
        JsonNode source = event.path("_logsource");
        matcher.match(line, 0, line.length, text(source.get("product")), texts(source.path("category")),
                text(source.get("service")));
        return matcher.rules();
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null ? null : node.asString();
    }

    static JsonNode json(String line) {
        return Json.read(line);
    }
}
