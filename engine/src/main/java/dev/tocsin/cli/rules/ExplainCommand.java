package dev.tocsin.cli.rules;

import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.Explanation;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.SigmaRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code rules explain}: why a rule matched an event, or why not. */
@Command(name = "explain", description = "Shows, part by part, why a rule matches an event or does not.")
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private Output output = new Output();

    @Option(names = "--rule", required = true, paramLabel = "FILE", description = "A rule file.")
    private Path rule = Path.of("");

    @Option(names = "--event", required = true, paramLabel = "FILE", description = "A JSON object, or one on each line; - for standard input.")
    private String event = "";

    private final EventReader source;

    ExplainCommand(EventReader reader) {
        source = reader;
    }

    @Override
    public Integer call() throws IOException {
        SigmaRules.Loaded loaded = SigmaRules.load(output.existing(List.of(rule)), Map.of(), output.pipeline());
        output.problems(loaded.problems());
        List<JsonNode> events;
        try {
            events = events();
        } catch (JacksonException e) {
            output.said(event + ": not JSON: " + e.getOriginalMessage());
            return 1;
        }
        FieldMapping mapping = output.mapping();
        List<Explanation> explanations = new ArrayList<>();
        for (JsonNode one : events) {
            EventReader.Reading reading = source.read(one);
            LogSource from = reading.logSource();
            for (SigmaRule each : loaded.rules()) {
                explanations.add(Explanation.of(each, reading.fields(), from.product(), from.category(), from.service(),
                        mapping));
            }
        }
        print(explanations);
        return loaded.problems().isEmpty() ? 0 : 1;
    }

    private void print(List<Explanation> explanations) {
        if (output.isJson()) {
            ObjectNode json = Json.object();
            ArrayNode array = json.putArray("explanations");
            explanations.forEach(e -> array.add(e.toJson()));
            output.json(json);
        } else {
            explanations.forEach(e -> output.line(e.toText()));
        }
    }

    /** The file as one document, or else line by line. */
    private List<JsonNode> events() throws IOException {
        if (!event.equals("-")) {
            output.existing(List.of(Path.of(event)));
        }
        List<byte[]> lines = new ArrayList<>();
        try (Lines in = Lines.open(event)) {
            for (Lines.Line line = in.next(); line != null; line = in.next()) {
                lines.add(line.bytes());
            }
        }
        try {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            lines.forEach(line -> {
                whole.writeBytes(line);
                whole.write('\n');
            });
            return List.of(Json.read(whole.toByteArray()));
        } catch (JacksonException _) {
            return lines.stream().filter(line -> !new String(line, StandardCharsets.UTF_8).isBlank()).map(Json::read)
                    .toList();
        }
    }
}
