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
}
