package dev.tocsin.sigma.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the specification leaves open, or says differently from pySigma, as docs/adr/009-correlations.md settles it. */
class SevenHolesTest {
    private final List<String> fired = new ArrayList<>();
    private int number;

    private CorrelationEngine engine(String... rules) {
        return new CorrelationEngine(CorrelationRules.of(rules));
    }

    private boolean happens(CorrelationEngine engine, String rule, int second, Map<String, String> fields) {
        return engine.accept(new RuleMatch("id-" + rule, new MatchId(0, ++number), second * 1000L, "customer",
                fields::get));
    }

    private List<String> until(CorrelationEngine engine, long second) {
        fired.clear();
        engine.advance(second == Long.MAX_VALUE ? second : second * 1000).forEach(f -> fired.add(f.rule().id() + " "
                + f.group().values() + " at " + f.timeMillis() / 1000 + " of " + f.events().size()));
        return fired;
    }

    @Test
    void h1TwoBoundsAreARangeDecidedWhenTheWindowCloses() {
        CorrelationEngine engine = engine("r type: event_count, rules: a, timespan: 10s, condition: {gte: 2, lt: 4}");
        for (int second : List.of(0, 1, 2, 20, 21, 22, 23)) {
            happens(engine, "a", second, Map.of());
        }
        assertThat(until(engine, 10)).isEmpty();
        assertThat(until(engine, 11)).containsExactly("r [] at 10 of 3");
        assertThat(until(engine, Long.MAX_VALUE)).as("four are too many").isEmpty();
    }

    @Test
    void h2NotIsDecidedOnlyWhenTheWindowHasClosedAndLooksBothWays() {
        CorrelationEngine engine = engine(
                "r type: temporal, rules: [a, b, c], group-by: [User], timespan: 10s, condition: a and b and not c");
        happens(engine, "a", 0, Map.of("User", "quiet"));
        happens(engine, "b", 3, Map.of("User", "quiet"));
        happens(engine, "a", 0, Map.of("User", "after"));
        happens(engine, "b", 3, Map.of("User", "after"));
        happens(engine, "c", 10, Map.of("User", "after"));
        happens(engine, "c", 0, Map.of("User", "before"));
        happens(engine, "a", 5, Map.of("User", "before"));
        happens(engine, "b", 6, Map.of("User", "before"));
        assertThat(until(engine, 10)).isEmpty();
        assertThat(until(engine, Long.MAX_VALUE)).containsExactly("r [quiet] at 10 of 2");
    }

    @Test
    void h3PercentileOfNumbersAndRarityOfValues() {
        CorrelationEngine engine = engine(
                "p type: value_percentile, rules: a, timespan: 10s, condition: {gte: 9, field: n, percentile: 90}",
                "r type: value_percentile, rules: a, timespan: 10s, condition: {lte: 10, field: image}");
        for (int i = 1; i <= 10; i++) {
            happens(engine, "a", i, Map.of("n", Integer.toString(i), "image", i == 4 ? "rare.exe" : "usual.exe"));
        }
        assertThat(until(engine, Long.MAX_VALUE)).containsExactlyInAnyOrder("p [] at 11 of 10", "r [] at 11 of 1");
    }

    @Test
    void h4GroupByIsOptionalAndAMissingFieldIsAGroupOrIsDropped() {
        CorrelationEngine engine = engine("all type: event_count, rules: a, timespan: 10s, condition: {gte: 3}",
                "own type: event_count, rules: a, group-by: [User], timespan: 10s, condition: {gte: 2}",
                "drop type: event_count, rules: a, group-by: [User], timespan: 10s, condition: {gte: 2}, "
                        + "x_missing_group: drop");
        happens(engine, "a", 0, Map.of());
        happens(engine, "a", 1, Map.of());
        happens(engine, "a", 2, Map.of("User", ""));
        assertThat(until(engine, Long.MAX_VALUE)).containsExactlyInAnyOrder("all [] at 2 of 3", "own [null] at 1 of 2");
    }

    @Test
    void h5WindowsSlideInEventTimeAndWhatFiredIsUsedUp() {
        CorrelationEngine engine = engine("r type: event_count, rules: a, timespan: 10s, condition: {gte: 3}",
                "s type: event_count, rules: a, timespan: 10s, condition: {gte: 3}, x_rearm: sliding",
                "q type: event_count, rules: a, timespan: 10s, condition: {gte: 3}, x_rearm: timespan");
        for (int second : List.of(14, 8, 16, 6, 12, 10, 27, 28, 29)) {
            assertThat(happens(engine, "a", second, Map.of())).isTrue();
        }
        assertThat(until(engine, 20)).containsExactlyInAnyOrder("r [] at 10 of 3", "r [] at 16 of 3", "s [] at 10 of 3",
                "s [] at 12 of 4", "s [] at 14 of 5", "s [] at 16 of 6", "q [] at 10 of 3");
        assertThat(happens(engine, "a", 19, Map.of())).as("behind the watermark").isFalse();
        assertThat(happens(engine, "a", 20, Map.of())).as("just in time").isTrue();
        assertThat(until(engine, Long.MAX_VALUE)).containsExactlyInAnyOrder("r [] at 28 of 3", "s [] at 20 of 5",
                "s [] at 28 of 3", "s [] at 29 of 4", "q [] at 29 of 3");
    }

    @Test
    void h6FewerThanIsToldAtTheEndOfTheWindowAndAbsenceAfterTheLast() {
        CorrelationEngine engine = engine(
                "few type: event_count, rules: a, group-by: [User], timespan: 10s, condition: {lt: 3}",
                "none type: event_count, rules: a, group-by: [User], timespan: 10s, condition: {eq: 0}");
        happens(engine, "a", 0, Map.of("User", "u"));
        assertThat(until(engine, 1)).as("nothing fires at the first match").isEmpty();
        happens(engine, "a", 9, Map.of("User", "u"));
        assertThat(until(engine, 11)).containsExactly("few [u] at 10 of 2");
        assertThat(until(engine, 19)).isEmpty();
        assertThat(until(engine, 20)).containsExactly("none [u] at 19 of 1");
        assertThat(until(engine, Long.MAX_VALUE)).as("once, until something comes again").isEmpty();
    }

    @Test
    void h7AnOuterCorrelationGroupsByFieldsOfTheEventsThatMadeTheInnerOneFire() {
        CorrelationEngine engine = engine(
                "inner type: event_count, rules: a, group-by: [Host], timespan: 10s, condition: {gte: 2}",
                "outer type: value_count, rules: inner, group-by: [User], timespan: 60s, condition: {gte: 2, field: Host}");
        for (int host = 0; host < 2; host++) {
            happens(engine, "a", host * 20, Map.of("Host", "h" + host, "User", "mallory"));
            happens(engine, "a", host * 20 + 1, Map.of("Host", "h" + host, "User", "user" + host));
        }
        assertThat(until(engine, Long.MAX_VALUE)).containsExactlyInAnyOrder("inner [h0] at 1 of 2",
                "inner [h1] at 21 of 2", "outer [mallory] at 21 of 2");
        assertThat(engine.set().isSilent("inner")).isTrue();
        assertThat(engine.set().isSilent("outer")).isFalse();
    }

    @Test
    void groupsBeyondTheLimitAreForgottenAndThatIsReported() {
        CorrelationEngine engine = new CorrelationEngine(
                new CorrelationSet(CorrelationRules.of(
                        "r type: event_count, rules: a, group-by: [User], timespan: 10s, condition: {gte: 2}")),
                AlertNames.ofHash(), new Limits(2, 1 << 20));
        for (int i = 0; i < 3; i++) {
            happens(engine, "a", i, Map.of("User", "u" + i));
        }
        assertThat(engine.takeEvicted()).singleElement().satisfies(e -> {
            assertThat(e.group().values()).containsExactly("u0");
            assertThat(e.matches()).isEqualTo(1);
        });
        happens(engine, "a", 4, Map.of("User", "u0"));
        assertThat(until(engine, Long.MAX_VALUE)).isEmpty();
    }
}
