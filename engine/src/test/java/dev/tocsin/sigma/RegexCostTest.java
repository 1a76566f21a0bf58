package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expressions that RE2 would compile for minutes or with gigabytes are refused by their text; what it can compile is not. */
class RegexCostTest {
    private static String alternatives(int count, IntFunction<String> one) {
        return IntStream.range(0, count).mapToObj(one).collect(Collectors.joining("|"));
    }

    private static String tooMuch(String source) {
        return RegexCost.tooMuch(new Regex(source, false, false, false)).orElse("");
    }

    @Test
    void aHundredThousandAlternativesThatShareNothingWouldTakeHalfAMinute() {
        assertThat(tooMuch(alternatives(100_000, i -> (char) ('a' + i % 26) + "x" + i))).contains("alternatives");
        assertThat(tooMuch(alternatives(10_000, i -> (char) ('a' + i % 26) + "x" + i))).isEmpty();
        assertThat(tooMuch(alternatives(100_000, i -> "w" + i + "z"))).as("these share their first letter").isEmpty();
    }

    @Test
    void classesAreLookedForInAllThatFollows() {
        assertThat(tooMuch(alternatives(100_000, i -> "[a-c]x" + i))).contains("classes in");
        assertThat(tooMuch(alternatives(10_000, i -> "[a-c]x" + i))).isEmpty();
    }

    @Test
    void repeatsMultiply() {
        assertThat(tooMuch("(a{1000}){1000}")).contains("repeats");
        assertThat(tooMuch("((((a{100}){100}){100}){100}){100}")).contains("repeats");
        assertThat(tooMuch("\\pL(((a{500}){500}){500})")).contains("repeats");
        assertThat(tooMuch("(.{0,500}x){1,20}y")).isEmpty();
        assertThat(tooMuch("^[A-Za-z0-9+/]{40,1000}={0,2}$")).isEmpty();
    }

    @Test
    void aRuleWithSuchAnExpressionIsRefusedWithItsPlace() {
        SigmaRules.Loaded loaded = SigmaRules.parse("bomb.yml",
                Rules.yaml("s:\n  C|re: '(a{1000}){1000}'\ncondition: s"));
        assertThat(loaded.rules()).isEmpty();
        assertThat(loaded.problems()).singleElement().satisfies(p -> {
            assertThat(p.toString()).startsWith("bomb.yml:").contains("S113", "too large to be compiled", "|contains");
            assertThat(p.line()).isGreaterThan(1);
        });
    }
}
