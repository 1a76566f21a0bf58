package dev.tocsin.cli.rules;

import dev.tocsin.cli.Terminal;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code rules explain}: why a rule matched an event, or why not. */
@Command(name = "explain", description = {
        "Shows, part by part, why a rule matches an event or does not, and what alone kept it from matching.",
        "Of a directory of rules: which ones match the event, and which nearly did."}, footer = {"", "Examples:",
                "  tocsin rules explain rules/encoded_powershell.yml --event event.json",
                "  tocsin search 'event.code:1' --limit 1 -o json | jq .document | tocsin rules explain rules --event -"})
final class ExplainCommand implements Callable<Integer> {
    /** Above so many rules the trees are too much to read. */
    private static final int TREES_MAX = 3;
    private static final int NEAR_MAX = 15;

    @Mixin
    private final Output output;

    @Parameters(arity = "0..1", paramLabel = "RULE", description = "A rule file, or a directory of rules.")
    private @Nullable Path named;

    @Option(names = "--rule", paramLabel = "FILE", description = "The same as an option.")
    private @Nullable Path option;

    @Option(names = "--event", required = true, paramLabel = "FILE", description = "A JSON object, or one on each line; - for standard input.")
    private String event = "";

    private final EventReader source;

    ExplainCommand(EventReader reader, Terminal terminal) {
        source = reader;
        output = new Output(terminal);
    }

    @Override
    public Integer call() throws IOException {
        Path rule = named != null ? named : option;
        if (rule == null) {
            throw output.wrongUse("which rule? Name its file");
        }
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
            if (!output.isJson()) {
                output.said("the event is from " + (from.toString().isEmpty() ? "an unknown log" : from));
            }
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
        } else if (explanations.size() <= TREES_MAX) {
            explanations.forEach(e -> output.line(e.toText(output::paint)));
        } else {
            summary(explanations);
        }
    }

    /** What matches, and of what does not, what is nearest to it. */
    private void summary(List<Explanation> explanations) {
        List<Explanation> fires = explanations.stream().filter(Explanation::fires).toList();
        List<Explanation> near = explanations.stream().filter(e -> e.covered() && !e.matched())
                .sorted(Comparator.comparingInt(e -> e.nearestMiss().size())).toList();
        long elsewhere = explanations.stream().filter(e -> !e.covered()).count();
        for (Explanation e : fires) {
            output.line(output.paint("32", "fires  ") + e.rule().title() + output.paint("2", "  " + e.rule().file()));
        }
        for (Explanation e : near.subList(0, Math.min(NEAR_MAX, near.size()))) {
            output.line(output.paint("33", e.nearestMiss().size() + " short  ") + e.rule().title()
                    + output.paint("2", "  " + e.rule().file()));
            output.line("         " + e.nearestMiss().getFirst());
        }
        output.said(fires.size() + " rules fire, " + near.size() + " do not, " + elsewhere
                + " are for other logs; name one rule to see why");
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
