package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final String RULE = """
            s:
              A|contains|all: [x, y]
              B: [1, 2]
            f: {C: null}
            condition: s and not f
            """;

    private static Explanation explain(String event, String product) {
        return Explanation.of(Rules.rule(RULE), SigmaCases.json(event), product, List.of(), null,
                FieldMapping.IDENTITY);
    }

    @Test
    void namesTheItemThatFailedAndWhatTheEventHolds() {
        assertThat(explain("{\"A\":\"axb\",\"B\":2,\"C\":\"z\"}", "test").toText()).isEqualTo("""
                t (7a1f5b0e-0000-4000-8000-000000000001)
                does not fire
                ✗ and
                  ✗ s
                    ✗ A|contains|all all of   event: "axb"
                      ✓ "*x*"
                      ✗ "*y*"
                    ✓ B one of   event: "2"
                      ✗ "1"
                      ✓ "2"
                  ✓ not
                    ✗ f
                      ✗ C null   event: "z"
                only this keeps it from matching:
                  s: A|contains|all all of "*x*", "*y*" does not hold for "axb"
                """);
    }

    @Test
    void theNearestMissIsTheFewestItemsThatWouldHaveToSaySomethingElse() {
        assertThat(explain("{\"A\":\"xy\",\"B\":1,\"C\":1}", "test").nearestMiss()).isEmpty();
        assertThat(explain("{\"A\":\"xy\",\"B\":1}", "test").nearestMiss()).singleElement()
                .isEqualTo(new Explanation.Miss("f", "C", "null", "absent", true));
        assertThat(explain("{\"A\":\"q\",\"B\":7}", "test").nearestMiss()).extracting(Explanation.Miss::item)
                .containsExactly("A|contains|all", "B", "C");
        Explanation either = Explanation.of(Rules.rule("a: {A: 1, B: 2}\nb: {C: 3}\ncondition: 1 of them"),
                SigmaCases.json("{}"), "test", List.of(), null, FieldMapping.IDENTITY);
        assertThat(either.nearestMiss()).extracting(Explanation.Miss::item).containsExactly("C");
    }

    @Test
    void tellsAnotherLogSourceFromAConditionThatFails() {
        Explanation other = explain("{\"A\":\"xy\",\"B\":1,\"C\":1}", "linux");
        assertThat(other.matched()).isTrue();
        assertThat(other.covered()).isFalse();
        assertThat(other.fires()).isFalse();
        assertThat(other.toText()).contains("is not tried: the event is not from product=test");
    }

    @Test
    void isAlsoJson() {
        var json = explain("{\"A\":\"xy\",\"B\":1,\"C\":1}", "test").toJson();
        assertThat(json.at("/fires").asBoolean()).isTrue();
        assertThat(json.at("/conditions/0/children/0/children/1/actual").asString()).isEqualTo("\"1\"");
        assertThat(json.at("/conditions/0/children/1/kind").asString()).isEqualTo("not");
    }
}
