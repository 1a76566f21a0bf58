package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleFixesTest {
    private static final String RULE = """
            # Why this rule exists.
            title:  A rule   # two blanks
            id: 7a1f5b0e-0000-4000-8000-000000000001
            level: HIGH
            status: 'Test'
            date: 2026/1/5
            references: https://example.org/a # said there
            tags:
                - attack.Defense_Evasion
                - attack.t1059   # why
                - attack.t1059
            logsource: {product: windows}
            detection:
                sel:   # the one
                    A|contains|all: '*x'
                    B|re|ignorecase: a.b
                    C|cidr: "10.1.2.3/8"
                    D:
                        - alice
                        - Alice
                filter:
                    E: 'y*'
                condition: 1 of sel AND NOT filter
            """;
    private static final String MENDED = """
            # Why this rule exists.
            title:  A rule   # two blanks
            id: 7a1f5b0e-0000-4000-8000-000000000001
            level: high
            status: 'test'
            date: 2026-01-05
            references:
                - https://example.org/a # said there
            tags:
                - attack.defense-evasion
                - attack.t1059   # why
            logsource: {product: windows}
            detection:
                sel:   # the one
                    A|contains: 'x'
                    B|re|i: a.b
                    C|cidr: "10.0.0.0/8"
                    D:
                        - alice
                filter:
                    E: 'y*'
                condition: sel and not filter
            """;

    @Test
    void everythingIsMendedAndNothingElseIsTouched() {
        RuleFixes.Fixed fixed = RuleFixes.fix("r.yml", RULE.replace(" # said there", ""));
        assertThat(fixed.text()).isEqualTo(MENDED.replace(" # said there", ""));
        assertThat(RuleFixes.fix("r.yml", fixed.text()).changes()).isZero();
    }

    @Test
    void aSecondRunHasNothingToDoAndTheRuleFindsTheSame() {
        RuleFixes.Fixed fixed = RuleFixes.fix("r.yml", RULE);
        assertThat(RuleFixes.fix("r.yml", fixed.text()).text()).isEqualTo(fixed.text());
        SigmaRule before = SigmaRules.parse("r.yml", RULE).rules().getFirst();
        SigmaRule after = SigmaRules.parse("r.yml", fixed.text()).rules().getFirst();
        assertThat(after.detections().keySet()).isEqualTo(before.detections().keySet());
    }

    @Test
    void layoutIsMendedWhereValuesStayAsTheyAre() {
        String messy = "\ufefftitle: x  \r\ndescription: |\r\n    two  \r\n    lines\r\nlevel: low\r\n\r\n\r\n";
        assertThat(RuleFixes.fix("r.yml", messy).text())
                .isEqualTo("title: x\ndescription: |\n    two  \n    lines\nlevel: low\n");
        assertThat(RuleFixes.fix("r.yml", "level: low").text()).isEqualTo("level: low\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
            // An escaped star is no wildcard, a lone one asks for something, and these are other rules without theirs.
            "A|contains: 'x\\*'", "A|contains: '*'", "A|startswith: '*x'", "A|endswith: 'x*'", "A|re: '.*x'",
            "A|contains|all: [x, y]", "A|cased: [alice, Alice]"})
    void whatWouldFindSomethingElseIsLeft(String item) {
        String rule = "title: x\nid: a\nlogsource: {product: p}\ndetection:\n  s:\n    " + item + "\n  condition: s\n";
        assertThat(RuleFixes.fix("r.yml", rule).text()).isEqualTo(rule);
    }

    /** What the guides say is mended by itself is so. */
    @TestFactory
    Stream<DynamicTest> fixableChecksFindNothingAfterwards() {
        return LintGuide.all().entrySet().stream().filter(e -> e.getKey().isFixable())
                .map(e -> DynamicTest.dynamicTest(e.getKey().code(), () -> mends(e)));
    }

    private static void mends(Map.Entry<LintCheck, LintGuide> entry) {
        String before = LintGuideTest.rule(entry.getValue().bad(), 1);
        String code = entry.getKey().code();
        assertThat(SigmaLint.lint("r.yml", before).problems()).extracting(SigmaProblem::code).contains(code);
        boolean byHand = code.equals("S206") || code.equals("S208") || code.equals("S225");
        String after = RuleFixes.fix("r.yml", before).text();
        if (!byHand) {
            assertThat(SigmaLint.lint("r.yml", after).problems()).extracting(SigmaProblem::code).doesNotContain(code);
        }
    }
}
