package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleTestsTest {
    @TempDir
    private Path dir = Path.of("");

    @BeforeEach
    void rule() throws IOException {
        Files.writeString(dir.resolve("r.yml"), Rules.yaml("s: {A: 1}\ncondition: s"));
    }

    private RuleTests.Report run(String tests) throws IOException {
        Files.writeString(dir.resolve("r.test.yml"), tests);
        return RuleTests.run(List.of(dir), FieldMapping.IDENTITY);
    }

    @Test
    void casesPassOrSayWhyNot() throws IOException {
        RuleTests.Report report = run("""
                must_fire:
                  - {A: 1}
                  - {A: 2}
                  - {A: 1, _logsource: {product: other}}
                must_not_fire:
                  - A: 3
                  - A: "1"
                """);
        assertThat(report.cases()).extracting(RuleTests.Case::passed).containsExactly(true, false, false, true, false);
        assertThat(report.cases().get(1).failure()).startsWith("must fire but does not")
                .contains("✗ A \"1\"   event: \"2\"");
        assertThat(report.cases().get(2).failure()).contains("is not tried");
        assertThat(report.cases().get(4).name()).isEqualTo("must_not_fire 2");
        assertThat(report.cases().get(4).line()).isEqualTo(7);
        assertThat(report.passed()).isFalse();
        assertThat(report.problems()).isEmpty();
    }

    @Test
    void aRuleWithoutTestsIsReportedAndIsNoFailure() {
        RuleTests.Report report = RuleTests.run(List.of(dir), FieldMapping.IDENTITY);
        assertThat(report.untested()).hasSize(1);
        assertThat(report.passed()).isTrue();
    }

    @Test
    void testsThatProveNothingAreAProblem() throws IOException {
        assertThat(run("must_not_fire: [{A: 2}]").problems()).extracting(SigmaProblem::code).containsExactly("S141");
        assertThat(run("must_fire: []").passed()).isFalse();
        assertThat(run("must_fier: [{A: 1}]").problems().getFirst().hint()).isEqualTo("did you mean \"must_fire\"?");
        assertThat(run("must_fire: [1]").problems()).extracting(SigmaProblem::code).contains("S140");
    }

    private static final String CORRELATION = """
            title: Failed Logon
            id: 7a1f5b0e-0000-4000-8000-000000000011
            name: failed
            logsource: {product: test}
            detection: {s: {A: 1}, condition: s}
            ---
            title: Many Failed Logons
            id: 7a1f5b0e-0000-4000-8000-000000000012
            correlation:
              type: event_count
              rules: [failed]
              group-by: [User]
              timespan: 1m
              condition: {gte: 3}
            """;

    private RuleTests.Report sequence(String alerts) throws IOException {
        Files.delete(dir.resolve("r.yml"));
        Files.writeString(dir.resolve("c.yml"), CORRELATION);
        Files.writeString(dir.resolve("c.test.yml"), """
                sequences:
                  - name: three in a minute
                    events:
                      - {time: 0s, A: 1, User: alice}
                      - {time: 10s, A: 1, User: bob}
                      - {time: 20s, A: 1, User: alice}
                      - {time: "2026-01-01T00:00:30Z", event: {A: 1, User: alice}}
                    alerts: [%s]
                """.formatted(alerts));
        return RuleTests.run(List.of(dir), FieldMapping.IDENTITY);
    }

    @Test
    void correlationsAreTestedWithTimes() throws IOException {
        RuleTests.Report report = sequence("{group: {User: alice}, count: 3, time: 30s}");
        assertThat(report.problems()).isEmpty();
        assertThat(report.cases()).singleElement().satisfies(c -> {
            assertThat(c.failure()).isEmpty();
            assertThat(c.name()).isEqualTo("three in a minute");
        });
    }

    @Test
    void aSequenceSaysWhichAlertIsMissingAndWhichIsTooMany() throws IOException {
        RuleTests.Report report = sequence("{rule: Many Failed Logons, group: {User: bob}}");
        assertThat(report.passed()).isFalse();
        assertThat(report.cases().getFirst().failure()).contains(
                "missing is an alert of rule Many Failed Logons, User=bob",
                "nobody wants an alert of rule Many Failed Logons, {User=alice}, count 3, at 2026-01-01T00:00:30Z");
    }

    @Test
    void whatATestDoesNotNoticeWhenItIsBrokenIsListed() throws IOException {
        Files.writeString(dir.resolve("r.yml"), Rules.yaml("s: {A: [1, 2], B: x}\nf: {C: y}\ncondition: s and not f"));
        Files.writeString(dir.resolve("r.test.yml"), "must_fire: [{A: 1, B: x}]\nmust_not_fire: [{A: 3, B: x}]");
        RuleTests.Options options = RuleTests.Options.of(FieldMapping.IDENTITY);
        RuleTests.Report report = RuleTests.run(List.of(dir),
                new RuleTests.Options(options.mapping(), options.pipeline(),
                        options.wanted(), true, options.reader(), options.progress()));
        assertThat(report.mutation().survivors()).extracting(RuleTests.Survivor::change)
                .containsExactlyInAnyOrder("without \"not f\"", "without B \"x\"", "without \"2\"");
        Files.writeString(dir.resolve("r.test.yml"),
                "must_fire: [{A: 1, B: x}, {A: 2, B: x}]\nmust_not_fire: [{A: 3, B: x}, {A: 1}, {A: 1, B: x, C: y}]");
        report = RuleTests.run(List.of(dir), new RuleTests.Options(options.mapping(), options.pipeline(),
                options.wanted(), true, options.reader(), options.progress()));
        assertThat(report.mutation().survivors()).isEmpty();
        assertThat(report.mutation().mutants()).isGreaterThan(6);
    }

    @Test
    void eventsThatARuleItselfPointsToAreTested() throws IOException {
        Path rules = Files.createDirectories(dir.resolve("rules/deep"));
        Files.writeString(rules.resolve("r.yml"),
                Rules.yaml("s: {A: 1}\ncondition: s").replace("title:",
                        "regression_tests_path: data/info.yml\ntitle:"));
        Files.createDirectories(dir.resolve("data"));
        Files.writeString(dir.resolve("data/info.yml"), """
                regression_tests_info:
                  - {name: Positive, type: evtx, path: data/e.evtx, match_count: 2}
                """);
        Files.writeString(dir.resolve("data/e.json"), "{\"A\": 1}\n{\"A\": 2}{\"A\":1}");
        RuleTests.Options options = RuleTests.Options.of(FieldMapping.IDENTITY);
        RuleTests.Options reading = new RuleTests.Options(options.mapping(), options.pipeline(), options.wanted(),
                false,
                raw -> new RuleTests.Reading(raw, "test", List.of(), null), options.progress());
        RuleTests.Report report = RuleTests.run(List.of(dir.resolve("rules")), reading);
        assertThat(report.cases()).singleElement().matches(RuleTests.Case::passed);
        assertThat(report.untested()).isEmpty();
        Files.writeString(dir.resolve("data/e.json"), "{\"A\": 1}");
        assertThat(RuleTests.run(List.of(dir.resolve("rules")), reading).cases().getFirst().failure())
                .startsWith("matches 1 times but must match 2 times");
    }
}
