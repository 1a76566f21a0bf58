package dev.tocsin.sigma;

import static dev.tocsin.sigma.Rules.matches;
import static dev.tocsin.sigma.Rules.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModifierTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"F|containss: a; S110", "F|re|cidr: a; S111", "F|contains|re: a; S111",
            "F|i: a; S111",
            "F|cidr: 10.0.0.0/33; S114", "F|cidr: host; S114", "F|gt: abc; S112", "F|exists: maybe; S112",
            "F|contains|exists: true; S111", "F|base64: a*; S111", "F|contains|base64: a; S111", "F|re: '('; S113",
            "F|re: '(?=a)'; S113", "F|re: 'a{2000}'; S113", "F|contains: null; S112", "F|hour: early; S112",
            "F|wide|windash: -a; S111", "F|fieldref: a*; S111", "\"|exists\": true; S111", "\"|fieldref\": F; S111",
            "\"|all\": [null]; S111", "F|expand: '%x%'; S115", "F|re|expand: 'a%x%'; S115", "F: {a: b}; S112",
            "F: []; S112",
            "\"\": x; S112", "F|base64|windash|re: a; S111"})
    void refusesWhatMakesNoSense(String item, String code) {
        SigmaProblem problem = refused("selection:\n  " + item + "\ncondition: selection");
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.line()).isEqualTo(7);
        assertThat(problem.column()).isGreaterThan(4);
        assertThat(problem.file()).isEqualTo("rule.yml");
    }

    @Test
    void aMisspeltModifierIsRecognised() {
        assertThat(refused("s: {F|endwith: a}\ncondition: s").hint()).isEqualTo("did you mean \"endswith\"?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"F|neq: x; {\"F\":\"y\"}; true", "F|neq: x; {\"F\":\"X\"}; false",
            "F|neq: x; {}; true",
            "F|neq: [x, y]; {\"F\":\"y\"}; false", "F|contains|all|neq: [x, y]; {\"F\":\"x\"}; true",
            "F|re|ignorecase: ^ab; {\"F\":\"ABC\"}; true", "F|re|contains: b; {\"F\":\"abc\"}; true",
            "F|re|endswith: a|b; {\"F\":\"ax\"}; false", "F|cased|contains: Ab; {\"F\":\"xAby\"}; true",
            "F|cased|contains: Ab; {\"F\":\"xaby\"}; false", "F|base64: foo; {\"F\":\"Zm9v\"}; true",
            "F|utf16|base64: a; {\"F\":\"//5hAA==\"}; true", "F|utf16be|base64: é; {\"F\":\"AOk=\"}; true",
            "F|week: 1; {\"F\":\"2025-12-29\"}; true", "F|year: 2001; {\"F\":1000000000}; true",
            "F|minute|lt: 5; {\"F\":\"2026-01-01 00:04:59\"}; true", "F|hour: 3; {\"F\":\"2026-01-01\"}; false",
            "F|day: 31; {\"F\":\"2026-02-31\"}; false", "F|contains: 7; {\"F\":107}; true",
            "F: true; {\"F\":\"TRUE\"}; true",
            "F: 1.0; {\"F\":1.0}; true", "F: 1588318102.068177; {\"F\":1588318102.068177}; true",
            "F|contains: ΣΑΣ; {\"F\":\"xΣΑΣx\"}; true", "F|expand: 50\\%; {\"F\":\"50%\"}; true",
            "F|contains: '%x%'; {\"F\":\"a%x%b\"}; true"})
    void meansWhatItSays(String item, String event, boolean expected) {
        assertThat(matches("selection:\n  " + item + "\ncondition: selection", event)).isEqualTo(expected);
    }

    @Test
    void placeholdersWithValuesBecomeAlternatives() throws java.io.IOException {
        java.nio.file.Path file = java.nio.file.Files.createTempFile("rule", ".yml");
        java.nio.file.Files.writeString(file, Rules.yaml("s: {F|startswith|expand: 'x%who%-%who%'}\ncondition: s"));
        SigmaRules.Loaded loaded = SigmaRules.load(java.util.List.of(file),
                java.util.Map.of("who", java.util.List.of("ann", "b*b")));
        NaiveEvaluator naive = new NaiveEvaluator(FieldMapping.IDENTITY);
        SigmaRule rule = loaded.rules().getFirst();
        assertThat(naive.matches(rule, SigmaCases.json("{\"F\":\"xAnn-blob!\"}"))).isTrue();
        assertThat(naive.matches(rule, SigmaCases.json("{\"F\":\"xAnn-ben\"}"))).isFalse();
    }
}
