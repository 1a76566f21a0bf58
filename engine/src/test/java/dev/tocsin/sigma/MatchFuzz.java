package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestReporter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Generated rules over generated events: from bytes, from a tree, and naively must give the same rules. A few seconds; more
 * with {@code -Dtocsin.fuzz.events=}, and another world with {@code -Dtocsin.fuzz.seed=}.
 */
class MatchFuzz {
    private static final long EVENTS = Long.getLong("tocsin.fuzz.events", 4000);
    private static final long SEED = Long.getLong("tocsin.fuzz.seed", 20261121L);
    private static final int RULES = 60;
    private static final int EVENTS_A_SET = 100;
    private static final List<EventScope> SCOPES = List.of(EventScope.WHOLE, new EventScope("vendor", List.of()),
            new EventScope(null, List.of("tocsin", "a.b")));

    private long matches;
    private long refused;
    private long absent;

    @Test
    void bytesTreeAndNaiveAgree(TestReporter reporter) {
        long events = 0;
        for (long set = 0; events < EVENTS; set++) {
            FuzzWorld world = new FuzzWorld(SEED + set);
            List<SigmaRule> rules = rules(world);
            FieldMapping mapping = world.mapping();
            for (EventScope scope : SCOPES) {
                SigmaEngine engine = SigmaEngine.compile(rules, mapping, scope);
                EventMatcher matcher = engine.matcher();
                for (int i = 0; i < EVENTS_A_SET; i++, events++) {
                    compare(SEED + set, engine, matcher, scope, world.event(), world);
                }
            }
        }
        reporter.publishEntry("events " + events + ", matches " + matches + ", refused " + refused + ", absent "
                + absent);
        assertThat(matches).isGreaterThan(events);
        assertThat(refused).isBetween(1L, events / 10);
        assertThat(absent).isPositive();
    }

    private static List<SigmaRule> rules(FuzzWorld world) {
        List<SigmaRule> rules = new ArrayList<>();
        while (rules.size() < RULES) {
            rules.addAll(SigmaRules.parse("r.yml", world.rule(rules.size())).rules());
        }
        return rules;
    }

    private void compare(long seed, SigmaEngine engine, EventMatcher matcher, EventScope scope, byte[] json,
            FuzzWorld world) {
        String product = world.pick("test", "other");
        List<String> category = world.pick(List.of(), List.of("c1"), List.of("c2", "c1"));
        String service = world.pick(null, "s1", "s2");
        String what = "seed " + seed + ", " + scope + ", event " + new String(json, StandardCharsets.UTF_8);
        JsonNode event;
        try {
            event = scope.select(EventTrees.read(json, 0, json.length));
        } catch (JacksonException _) {
            refused++;
            assertThat(refuses(matcher, json, product, category, service)).as(what).isTrue();
            return;
        }
        boolean there = matcher.match(json, 0, json.length, product, category, service);
        assertThat(there).as(what).isEqualTo(event != null);
        if (event == null) {
            absent++;
            return;
        }
        List<SigmaRule> expected = engine.matchNaively(event, product, category, service);
        compare(what, matcher.rules(), expected);
        compare("tree of " + what, engine.match(event, product, category, service), expected);
        matches += expected.size();
    }

    private static boolean refuses(EventMatcher matcher, byte[] json, String product, List<String> category,
            @Nullable String service) {
        try {
            matcher.match(json, 0, json.length, product, category, service);
            return false;
        } catch (JacksonException _) {
            return true;
        }
    }

    private static void compare(String what, List<SigmaRule> found, List<SigmaRule> expected) {
        if (!found.equals(expected)) {
            List<SigmaRule> missed = new ArrayList<>(expected);
            missed.removeAll(found);
            List<SigmaRule> other = new ArrayList<>(found);
            other.removeAll(expected);
            fail(what + "\nmissed " + details(missed) + "\nother " + details(other));
        }
    }

    private static List<String> details(List<SigmaRule> rules) {
        return rules.stream().map(rule -> rule.detections() + " " + rule.conditions()).toList();
    }
}
