package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.sigma.correlate.CorrelationRule;
import dev.tocsin.sigma.correlate.CorrelationType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a correlation document may say, and what is said about one that may not. */
class CorrelationLoadTest {
    private static final String PLAIN = """
            title: A
            id: id-a
            name: a_rule
            logsource: {product: p}
            detection: {s: {A: 1}, condition: s}
            ---
            title: B
            id: id-b
            name: b_rule
            logsource: {product: p}
            detection: {s: {A: 1}, condition: s}
            ---
            """;

    private static SigmaRules.Loaded load(String text) {
        return SigmaRules.parse("r.yml", PLAIN + text);
    }

    private static List<String> problems(String correlation) {
        return load("title: c\nid: c\ncorrelation: {" + correlation + "}").problems().stream()
                .map(p -> p.code() + " " + p.what() + "; " + p.hint()).toList();
    }

    private static CorrelationRule rule(String correlation) {
        SigmaRules.Loaded loaded = load("title: c\nid: c\ncorrelation: {" + correlation + "}");
        assertThat(loaded.problems()).filteredOn(SigmaProblem::isError).isEmpty();
        return loaded.correlations().getFirst();
    }

    @Test
    void rulesAreNamedByIdOrName() {
        CorrelationRule rule = rule("type: temporal, rules: [a_rule, id-b], timespan: 2w, group-by: User");
        assertThat(rule.rules()).extracting(CorrelationRule.Reference::id).containsExactly("id-a", "id-b");
        assertThat(rule.timespanMillis()).isEqualTo(2 * 604_800_000L);
        assertThat(rule.groupBy()).containsExactly("User");
        assertThat(rule.head().line()).isEqualTo(13);
    }

    @Test
    void aMonthAndAYearAreThoseOfTheGregorianCalendarOnAverage() {
        assertThat(rule("type: temporal, rules: [a_rule, id-b], timespan: 1M").timespanMillis())
                .isEqualTo(2_629_746_000L);
        assertThat(rule("type: temporal, rules: [a_rule, id-b], timespan: 1y").timespanMillis())
                .isEqualTo(31_556_952_000L);
    }

    @Test
    void theFieldStandsInTheConditionOrBesideIt() {
        assertThat(rule("type: value_count, rules: a_rule, timespan: 1m, condition: {gte: 2, field: [H, U]}").fields())
                .containsExactly("H", "U");
        assertThat(rule("type: value_count, rules: a_rule, timespan: 1m, field: H, condition: {gte: 2}").fields())
                .containsExactly("H");
    }

    @Test
    void twoBoundsAreARange() {
        assertThat(rule("type: event_count, rules: a_rule, timespan: 1m, condition: {gt: 3, lte: 10}").threshold())
                .hasToString("gt 3 and lte 10");
        assertThat(problems("type: event_count, rules: a_rule, timespan: 1m, condition: {gt: 3, lt: 2}"))
                .containsExactly("S155 no number fulfils gt 3 and lt 2; widen the range");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceWithItsPlace() {
        SigmaRules.Loaded loaded = load("""
                title: c
                correlation:
                  type: event_cuont
                  rules: [a_rule]
                  group_by: [User]
                  timespan: 5 minutes
                  condition: {gte: ten}
                """);
        assertThat(loaded.correlations()).isEmpty();
        assertThat(loaded.problems()).extracting(SigmaProblem::toString).containsExactly(
                "r.yml:15:9: error S151 \"event_cuont\" is no type; did you mean \"event_count\"?",
                "r.yml:17:3: error S150 \"group_by\" means nothing in this correlation; did you mean \"group-by\"?",
                "r.yml:18:13: error S154 \"5 minutes\" is no timespan; a number and one of s, m (minutes), h, d, w, M (months), y, such as 5m");
        assertThat(
                load("title: c\ncorrelation: {type: event_count, rules: a_rule, timespan: 1m, condition: {gte: ten}}")
                        .problems())
                .singleElement().satisfies(p -> assertThat(p.code()).isEqualTo("S155"));
    }

    @Test
    void whatItNamesMustBeThere() {
        assertThat(problems("type: temporal, rules: [a_rul, b_rule], timespan: 1m")).containsExactly(
                "S152 no rule has the id or name \"a_rul\"; did you mean \"a_rule\"?");
        assertThat(problems("type: temporal, rules: [a_rule, a_rule], timespan: 1m"))
                .containsExactly("S150 \"a_rule\" stands twice in rules; remove one");
    }

    @Test
    void circlesAreRefusedAndWhatHangsOnThemToo() {
        SigmaRules.Loaded loaded = load("""
                title: x
                id: x
                correlation: {type: event_count, rules: [y], timespan: 1m, condition: {gte: 1}}
                ---
                title: y
                id: y
                correlation: {type: event_count, rules: [x], timespan: 1m, condition: {gte: 1}}
                ---
                title: z
                id: z
                correlation: {type: event_count, rules: [x, a_rule], timespan: 1m, condition: {gte: 1}}
                """);
        assertThat(loaded.correlations()).isEmpty();
        assertThat(loaded.problems()).extracting(SigmaProblem::code).containsExactly("S153", "S153", "S152");
        assertThat(loaded.problems().getFirst().what()).isEqualTo("the correlation names itself: x -> y -> x");
    }

    @Test
    void expressionsNameTheRulesOfTheCorrelation() {
        assertThat(rule("type: temporal, rules: [a_rule, b_rule], timespan: 1m, condition: a_rule and not b_rule")
                .expression()).hasToString("(#0 and not #1)");
        assertThat(problems("type: temporal, rules: [a_rule, b_rule], timespan: 1m, condition: a_rule and not c_rule"))
                .first().asString().startsWith("S107");
        assertThat(problems("type: temporal, rules: [a_rule, b_rule], timespan: 1m, condition: not 1 of *"))
                .containsExactly(
                        "S155 the condition wants no rule to match; that something did not come can only be told"
                                + " after something that did");
        assertThat(problems("type: temporal, rules: [a_rule, b_rule], timespan: 1m, condition: a_rule"))
                .first().asString().contains("does not say what \"b_rule\" is for");
        assertThat(problems("type: temporal_ordered, rules: [a_rule, b_rule], timespan: 1m, condition: a_rule"))
                .first().asString().startsWith("S155 temporal_ordered takes no condition");
    }

    @Test
    void aliasesNameRulesOfTheCorrelation() {
        CorrelationRule rule = rule("type: temporal, rules: [a_rule, id-b], timespan: 1m, group-by: [who], "
                + "aliases: {who: {a_rule: User, b_rule: Account}}");
        assertThat(rule.field("who", 0)).isEqualTo("User");
        assertThat(rule.field("who", 1)).isEqualTo("Account");
        assertThat(problems("type: temporal, rules: [a_rule, b_rule], timespan: 1m, aliases: {who: {a_rle: User}}"))
                .singleElement().asString().startsWith("S158").contains("did you mean \"a_rule\"?");
    }

    @Test
    void theSpecificationsPercentileWithoutAPercentileIsRarityAndTheRuleSaysSo() {
        SigmaRules.Loaded loaded = load("title: c\nid: c\ncorrelation: {type: value_percentile, rules: a_rule, "
                + "timespan: 1m, condition: {lte: 1, field: image}}");
        assertThat(loaded.correlations()).singleElement()
                .satisfies(r -> assertThat(r.type()).isEqualTo(CorrelationType.VALUE_PERCENTILE));
        assertThat(loaded.problems()).singleElement().satisfies(p -> {
            assertThat(p.code()).isEqualTo("S159");
            assertThat(p.isError()).isFalse();
        });
    }

    @Test
    void ourOwnTypesHaveSettingsOfTheirOwn() {
        assertThat(problems("type: x_spike, rules: a_rule, timespan: 1m")).first().asString()
                .startsWith("S150 \"x_spike_height\" is missing");
        assertThat(problems("type: x_percentage, rules: [a_rule, b_rule], timespan: 1m")).singleElement().asString()
                .startsWith("S157");
        assertThat(problems("type: event_count, rules: a_rule, timespan: 1m, condition: {gte: 1}, x_spike_height: 3"))
                .singleElement().asString().startsWith("S150 \"x_spike_height\" means nothing");
        assertThat(problems("type: event_count, rules: a_rule, timespan: 1m, condition: {lt: 3}, x_rearm: sliding"))
                .singleElement().asString().startsWith("S157 \"sliding\" means nothing here");
    }

    @Test
    void attributesOfOnesOwnAreKept() {
        SigmaRules.Loaded loaded = load("title: c\nid: c\nteam: blue\ncorrelation: {type: temporal, rules: "
                + "[a_rule, b_rule], timespan: 1m}");
        assertThat(loaded.correlations().getFirst().head().custom().get("team").asString()).isEqualTo("blue");
    }
}
