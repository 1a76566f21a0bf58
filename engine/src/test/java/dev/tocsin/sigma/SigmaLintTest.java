package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigmaLintTest {
    private static final String HEAD = """
            title: A rule
            id: 7a1f5b0e-0000-4000-8000-000000000001
            status: test
            level: low
            description: What it finds and why.
            author: a
            logsource: {product: windows}
            """;

    private static List<String> codes(String yaml) {
        return SigmaLint.lint("r.yml", yaml).problems().stream().map(SigmaProblem::code).toList();
    }

    @Test
    void aGoodRuleHasNothingToMend() {
        assertThat(codes(HEAD + "detection: {s: {A|endswith: '\\x.exe'}, condition: s}\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"id: x; S202", "level: hihg; S206", "status: done; S208",
            "tags: [Attack.T1]; S213",
            "date: 2026/01/31; S212", "references: x; S226", "falsepositves: [x]; S221"})
    void theHeadIsChecked(String line, String code) {
        String key = line.substring(0, line.indexOf(':') + 1);
        String head = HEAD.replaceAll("(?m)^" + key + ".*\n", "") + line + "\n";
        assertThat(codes(head + "detection: {s: {A: x}, condition: s}\n")).containsExactly(code);
    }

    @Test
    void headsOfCorrelationsAndFiltersAreCheckedToo() {
        String rule = HEAD + "name: base\ndetection: {s: {A: x}, condition: s}\n---\n";
        String head = HEAD.replace("001", "002").replaceAll("(?m)^logsource.*\n", "");
        String correlation = "correlation: {type: event_count, rules: [base], group-by: [A], timespan: 5m, "
                + "condition: {gte: 3}}\n";
        assertThat(codes(rule + head + correlation)).isEmpty();
        assertThat(codes(rule + head.replace("low", "hihg").replace("test", "tset") + correlation))
                .containsExactlyInAnyOrder("S206", "S208");
        assertThat(codes(rule + head.replaceAll("(?m)^level.*\n", "") + correlation)).containsExactly("S205");
        String filter = "logsource: {product: windows}\nfilter: {rules: [base], t: {B: y}, condition: not t}\n";
        assertThat(codes(rule + head + filter)).isEmpty();
        assertThat(codes(rule + head.replaceAll("(?m)^level.*\n", "") + filter)).isEmpty();
        assertThat(codes(rule + head.replace("low", "hihg") + filter)).containsExactly("S206");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(codes("logsource: {product: windows}\ndetection: {s: {A: x}, condition: s}\n")).containsExactly(
                "S201",
                "S203", "S205",
                "S207", "S210", "S211");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {"{s: {A|all: x}, condition: s}; S214",
            "{s: {A: [x, null]}, condition: s}; S215",
            "{s: {A: 'C:\\Windows\\*'}, condition: s}; S216", "{s: {A|contains: '*x'}, condition: s}; S217",
            "{s: {A: yes}, condition: s}; S218", "{s: {A: 0x10}, condition: s}; S218",
            "{s: {A|re: '.*x[0-9]'}, condition: s}; S219",
            "{s: {A|re: abc}, condition: s}; S219", "{s: [''], condition: s}; S220",
            "{s: {A: x}, condition: 1 of s}; S222",
            "{s: {A|windash|contains: x-y}, condition: s}; S223", "{s: {A: x}, condition: not s}; S224",
            "{s: {A: [x, X]}, condition: s}; S225", "{s: {A|cidr: 10.0.0.1/8}, condition: s}; S227",
            "{s: {A: x}, timeframe: 5m, condition: s}; S228", "{s: {A|expand: x}, condition: s}; S229",
            "{s: {A: x}, t: {B: x}, condition: s}; S209", "{s: {A|contians: x}, condition: s}; S110",
            "{s: {A: x}, condition: t}; S107"})
    void theDetectionIsChecked(String detection, String code) {
        assertThat(codes(HEAD + "detection: " + detection + "\n")).contains(code);
    }

    @Test
    void codesAreUniqueAndProblemsStandInFileOrder() {
        assertThat(List.of(LintCheck.values())).extracting(LintCheck::code).doesNotHaveDuplicates();
        List<SigmaProblem> problems = SigmaLint.lint("r.yml", "level: x\nstatus: y\nlogsource: {product: p}")
                .problems();
        assertThat(problems).isSortedAccordingTo((a, b) -> Integer.compare(a.line(), b.line()));
        assertThat(problems.getFirst().toString()).startsWith("r.yml:1:1: ");
    }
}
