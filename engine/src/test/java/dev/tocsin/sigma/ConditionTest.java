package dev.tocsin.sigma;

import static dev.tocsin.sigma.Rules.matches;
import static dev.tocsin.sigma.Rules.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {
    private static String with(String condition) {
        return """
                sel_a: {A: 1}
                sel_b: {B: 1}
                notes: {C: 1}
                order: {D: 1}
                _hidden: {E: 1}
                condition: CONDITION
                """.replace("CONDITION", condition);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"sel_a or sel_b and not notes; A C; true",
            "(sel_a or sel_b) and not notes; A C; false",
            "not not sel_a; A; true", "not (sel_a or sel_b); C; true", "not sel_a or sel_b; B; true",
            "1 of sel_*; B; true",
            "any of sel_*; C; false", "all of sel*; A; false", "all of sel*; A B; true", "1 of *_b; B; true",
            "1 of s*a; A; true", "1 of s*a; B; false", "1 of them; E; false", "1 of *; E; false", "1 of _*; E; true",
            "all of them; A B C D; true", "notes and order; C D; true", "sel_a AND NOT sel_b; A; true",
            "1 of sel_a; A; true", "not 1 of sel_*; C; true", "((sel_a)); A; true", "sel_a and not(notes); A; true"})
    void meansWhatTheGrammarSays(String condition, String fields, boolean expected) {
        String event = "{\"" + fields.strip().replace(" ", "\":1,\"") + "\":1}";
        assertThat(matches(with(condition), event)).isEqualTo(expected);
    }

    @Test
    void aListOfConditionsNeedsOne() {
        assertThat(matches(with("[sel_a, sel_b]"), "{\"B\":1}")).isTrue();
        assertThat(matches(with("[sel_a, sel_b]"), "{\"C\":1}")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"sel_c; S107", "1 of filter*; S108", "sel_a | count() > 5; S109",
            "'sel_a and'; S106",
            "(sel_a; S106", "sel_a sel_b; S106", "2 of sel_*; S106", "sel_a); S106", "1 of; S106", "''; S106",
            "sel_*; S106", "and; S106", "them; S106"})
    void refusesWhatIsNoCondition(String condition, String code) {
        assertThat(refused(with("\"" + condition + "\"")).code()).isEqualTo(code);
    }

    @Test
    void anUnknownNameIsRefusedWithItsPlaceAndWhatWasMeant() {
        SigmaProblem problem = refused(with("sel_a and order_"));
        assertThat(problem.line()).isEqualTo(11);
        assertThat(problem.column()).isEqualTo(14);
        assertThat(problem.hint()).isEqualTo("did you mean \"order\"?");
    }

    @Test
    void nestingWithoutEndIsRefusedAndNotACrash() {
        assertThat(refused(with("\"" + "(".repeat(100_000) + "\"")).code()).isEqualTo("S106");
        assertThat(refused(with("\"" + "not ".repeat(100_000) + "sel_a\"")).code()).isEqualTo("S106");
    }
}
