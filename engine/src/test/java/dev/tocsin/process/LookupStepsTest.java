package dev.tocsin.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.log.Events;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a lookup step does to an event, whatever the table does. */
class LookupStepsTest {
    private static final String BODY = """
            {"source":{"ip":"10.0.0.5"},"host":{"ip":["192.0.2.1","10.0.0.5"]},"id.orig_h":"10.0.0.5","n":5,"text":"x",\
            "tocsin":{"id":"1"}}""";

    private final Map<String, String> table = new HashMap<>(Map.of("10.0.0.5", "{\"owner\":\"ann\"}", "5", "\"five\""));
    private final LookupCounts counts = new LookupCounts();
    private boolean broken;
    private boolean ready = true;

    private final Lookups lookups = (store, match) -> new Lookup() {
        @Override
        public @Nullable JsonNode find(String text) {
            if (broken) {
                throw new IllegalStateException("the disk is gone");
            }
            String json = table.get(text);
            return json == null ? null : Json.read(json);
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public LookupCounts counts() {
            return counts;
        }
    };

    private static StepConfig lookup(String key, String into, @Nullable String onMiss, @Nullable String when) {
        return new StepConfig(null, null, Map.of(), null, when,
                new LookupConfig("assets", key, into, LookupMatch.EXACT, onMiss));
    }

    private static StepConfig lookup(String key, String into) {
        return lookup(key, into, null, null);
    }

    private Outcome run(StepConfig... configs) {
        Steps.Compiled compiled = Steps.compile(List.of(configs), lookups);
        assertThat(compiled.problems()).isEmpty();
        Event event = Events.event(1, LogSource.UNKNOWN, BODY);
        return compiled.steps().apply(new Outcome.Passed(event, false));
    }

    private JsonNode after(StepConfig... configs) {
        Outcome outcome = run(configs);
        assertThat(outcome).isInstanceOf(Outcome.Passed.class);
        return Json.read(outcome.event().json());
    }

    private String counted() {
        return counts.hits() + " " + counts.misses() + " " + counts.absent() + " " + counts.failed();
    }

    @Test
    void whatTheTableSaysStandsInTheEventAndTheEventSaysThatItCameFromThere() {
        JsonNode body = after(lookup("source.ip", "source.asset"));
        assertThat(body.at("/source/asset/owner").asString()).isEqualTo("ann");
        assertThat(body.at("/source/ip").asString()).isEqualTo("10.0.0.5");
        assertThat(body.at("/tocsin/enriched").toString()).isEqualTo("[\"source.asset\"]");
        assertThat(counted()).isEqualTo("1 0 0 0");
    }

    @Test
    void keysAreFoundInListsNumbersAndNamesWithDots() {
        assertThat(after(lookup("host.ip", "host.asset")).at("/host/asset/owner").asString()).isEqualTo("ann");
        assertThat(after(lookup("id.orig_h", "a.b.c")).at("/a/b/c/owner").asString()).isEqualTo("ann");
        assertThat(after(lookup("n", "word")).path("word").asString()).isEqualTo("five");
    }

    @Test
    void laterStepsSeeIt() {
        JsonNode body = after(lookup("source.ip", "source.asset"),
                new StepConfig(null, null, Map.of("labels.owner", "event.source.asset.owner"), null, null));
        assertThat(body.at("/labels/owner").asString()).isEqualTo("ann");
        assertThat(run(lookup("source.ip", "source.asset"),
                new StepConfig(null, "event.get('source.asset.owner') == 'ann'", Map.of(), "anns", null)))
                .isInstanceOf(Outcome.Dropped.class);
    }

    @Test
    void whatIsNotKnownLeavesTheEventAsItIsOrSaysSo() {
        table.clear();
        assertThat(after(lookup("source.ip", "source.asset"))).isEqualTo(Json.read(BODY));
        JsonNode body = after(lookup("source.ip", "source.asset", "unknown", null));
        assertThat(body.at("/source/asset").asString()).isEqualTo("unknown");
        assertThat(body.at("/tocsin/enriched").isMissingNode()).isTrue();
        assertThat(counted()).isEqualTo("0 2 0 0");
    }

    @Test
    void nothingThatGoesWrongLosesOrHoldsAnEvent() {
        assertThat(after(lookup("no.such", "source.asset", "unknown", null))).isEqualTo(Json.read(BODY));
        assertThat(after(lookup("source", "source.asset"))).isEqualTo(Json.read(BODY));
        assertThat(counted()).isEqualTo("0 0 2 0");
        assertThat(after(lookup("source.ip", "text.asset"))).isEqualTo(Json.read(BODY));
        broken = true;
        assertThat(after(lookup("source.ip", "source.asset"))).isEqualTo(Json.read(BODY));
        assertThat(counted()).isEqualTo("0 0 2 2");
        // Without stores at all, as in a connector.
        Outcome passed = new Outcome.Passed(Events.event(1, LogSource.UNKNOWN, BODY), false);
        assertThat(Steps.compile(List.of(lookup("source.ip", "source.asset"))).steps().apply(passed)).isSameAs(passed);
    }

    @Test
    void whenDecidesWhetherItIsLookedUpAtAll() {
        assertThat(after(lookup("source.ip", "source.asset", null, "event.n > 7"))).isEqualTo(Json.read(BODY));
        assertThat(counted()).isEqualTo("0 0 0 0");
    }

    @Test
    void aStepThatCannotBeIsExplained() {
        assertThat(Steps.compile(List.of(lookup("a b", "x"), lookup("a", "tocsin.x"), lookup("a", "vendor"),
                new StepConfig("true", null, Map.of(), "r", null, lookup("a", "b").lookup()),
                new StepConfig(null, null, Map.of(), "r", null, lookup("a", "b").lookup()))).problems())
                .extracting(Problem::where).containsExactly("steps[0].lookup.key", "steps[1].lookup.into",
                        "steps[2].lookup.into", "steps[3]", "steps[4].reason");
    }

    @Test
    void stepsWaitForTheirTables() {
        Steps steps = Steps.compile(List.of(lookup("a", "b")), lookups).steps();
        ready = false;
        assertThat(steps.isReady()).isFalse();
        ready = true;
        assertThat(steps.isReady()).isTrue();
    }
}
