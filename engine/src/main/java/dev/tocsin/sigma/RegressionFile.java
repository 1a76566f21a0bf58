package dev.tocsin.sigma;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a rule's {@code regression_tests_path} points to, in the form of SigmaHQ's: an {@code info.yml} with a list
 * {@code regression_tests_info}, each with the path of an event log and how often the rule matches in it at least. The
 * paths begin at the directory of the repository. The event log itself is binary; read is the JSON that stands beside
 * it, one or more documents in the tree form of Windows' XML. Where the file is not there, there is nothing to test.
 */
final class RegressionFile {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final SigmaRule rule;
    private final Path ruleFile;
    private final RuleTests.Options options;
    private final NaiveEvaluator evaluator;
    private final List<SigmaProblem> problems;

    /** @param problems what is wrong with the files is added */
    RegressionFile(SigmaRule rule, Path ruleFile, RuleTests.Options options, NaiveEvaluator evaluator,
            List<SigmaProblem> problems) {
        this.rule = rule;
        this.ruleFile = ruleFile;
        this.options = options;
        this.evaluator = evaluator;
        this.problems = problems;
    }

    List<RuleTests.Case> run() {
        List<RuleTests.Case> cases = new ArrayList<>();
        JsonNode named = rule.custom().get("regression_tests_path");
        Path info = named == null || !named.isString() ? null : below(named.asString());
        if (info == null) {
            return cases;
        }
        try {
            YamlReader.Documents read = YamlReader.read(info.toString(), Files.readString(info));
            problems.addAll(read.problems());
            for (YamlNode document : read.documents()) {
                if (document instanceof YamlNode.Mapping root
                        && root.get("regression_tests_info") instanceof YamlNode.Sequence tests) {
                    for (YamlNode test : tests.items()) {
                        if (test instanceof YamlNode.Mapping mapping && mapping.text("path") != null) {
                            test(mapping, String.valueOf(mapping.text("path")), cases);
                        }
                    }
                }
            }
        } catch (IOException e) {
            problems.add(Place.wholeOf(info.toString()).error("S119", "the file cannot be read: " + e, ""));
        }
        return cases;
    }

    private void test(YamlNode.Mapping test, String path, List<RuleTests.Case> cases) throws IOException {
        Path json = below(path.replaceFirst("\\.evtx$", ".json"));
        if (json == null) {
            return; // An event log alone cannot be read here.
        }
        String count = test.text("match_count");
        int least = count == null || !count.matches("\\d{1,9}") ? 1 : Integer.parseInt(count);
        int matched = 0;
        Explanation last = null;
        try (MappingIterator<JsonNode> events = MAPPER.readerFor(JsonNode.class)
                .readValues(Files.readAllBytes(json))) {
            while (events.hasNextValue()) {
                RuleTests.Reading reading = options.reader().read(events.nextValue());
                TestedEvent event = new TestedEvent(reading.fields(), false, reading.product(), reading.category(),
                        reading.service());
                if (event.fires(rule, evaluator)) {
                    matched++;
                } else {
                    last = event.explain(rule, options.mapping());
                }
            }
        } catch (JacksonException e) {
            problems.add(
                    Place.wholeOf(json.toString()).error("S140", "not JSON: " + e.getOriginalMessage(), ""));
            return;
        }
        boolean passed = matched >= least;
        String failure = passed
                ? ""
                : "matches " + matched + " times but must match " + least + " times\n"
                        + (last == null ? "there is no event in the file" : last.toText());
        String name = test.text("name");
        cases.add(new RuleTests.Case(json.toString(), 1, "regression" + (name == null ? "" : " \"" + name + "\""),
                List.of(rule), passed, failure));
    }

    /** The path below the rule's directory or one above it. */
    private @Nullable Path below(String path) {
        for (Path above = ruleFile.toAbsolutePath().getParent(); above != null; above = above.getParent()) {
            Path file = above.resolve(path);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }
}
