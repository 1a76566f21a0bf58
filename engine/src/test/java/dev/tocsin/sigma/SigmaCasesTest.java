package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import tools.jackson.databind.JsonNode;

/** All of the public rule set over 88,000 events: exactly the expected pairs, and every unresolvable rule refused. */
class SigmaCasesTest {
    private static SigmaCases cases = new SigmaCases(java.nio.file.Path.of("absent"));
    private static SigmaRules.Loaded loaded = new SigmaRules.Loaded(List.of(), List.of(), List.of());

    @BeforeAll
    static void load() {
        var found = SigmaCases.find();
        assumeTrue(found.isPresent(),
                "skipped: no shared/sigma-cases above the working directory and TOCSIN_SIGMA_CASES not set");
        cases = found.orElseThrow();
        loaded = SigmaRules.load(List.of(cases.rules()));
    }

    @Test
    void everyEventMatchesExactlyTheExpectedRules(TestReporter reporter) throws IOException {
        SigmaEngine engine = SigmaEngine.compile(loaded.rules(), FieldMapping.IDENTITY);
        ThreadLocal<EventMatcher> matchers = ThreadLocal.withInitial(engine::matcher);
        List<String> events = cases.lines("events.jsonl.gz");
        List<String> expected = cases.lines("expected.jsonl.gz");
        assertThat(events).hasSameSizeAs(expected);
        List<String> differences = IntStream.range(0, events.size()).parallel()
                .mapToObj(i -> difference(matchers.get(), events.get(i), SigmaCases.json(expected.get(i))))
                .filter(difference -> !difference.isEmpty()).toList();
        long pairs = expected.stream().mapToLong(row -> SigmaCases.json(row).path("rules").size()).sum();
        reporter.publishEntry(Map.of("events", "" + events.size(), "pairs expected", "" + pairs, "events that differ",
                "" + differences.size()));
        assertThat(differences).isEmpty();
    }

    @Test
    void everyRuleLoadsButThoseThatMustBeRefusedAndTheseSayWhere() {
        Map<String, SigmaProblem> byFile = loaded.problems().stream()
                .collect(Collectors.toMap(p -> p.file().replace('\\', '/'), Function.identity()));
        assertThat(byFile).hasSize(cases.mustReject().size());
        for (String[] row : cases.mustReject()) {
            SigmaProblem problem = byFile.get(cases.directory().resolve(row[1]).toString().replace('\\', '/'));
            assertThat(problem).as(row[1]).isNotNull();
            assertThat(problem.code()).isEqualTo("S115");
            assertThat(problem.line()).isPositive();
            assertThat(problem.what()).contains(row[2]);
        }
        Set<String> ids = loaded.rules().stream().map(SigmaRule::id).collect(Collectors.toSet());
        assertThat(cases.mustReject()).noneMatch(row -> ids.contains(row[0]));
    }

    private static String difference(EventMatcher matcher, String line, JsonNode row) {
        JsonNode event = SigmaCases.json(line);
        assertThat(row.path("_id")).isEqualTo(event.path("_id"));
        List<String> found = SigmaCases.match(matcher, line.getBytes(StandardCharsets.UTF_8), event).stream()
                .map(SigmaRule::id).sorted().toList();
        List<String> wanted = SigmaCases.texts(row.path("rules"));
        return found.equals(wanted)
                ? ""
                : row.path("_id") + " missing " + without(wanted, found) + " other " + without(found, wanted);
    }

    private static List<String> without(List<String> all, List<String> some) {
        return all.stream().filter(id -> !some.contains(id)).toList();
    }
}
