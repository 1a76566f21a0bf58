package dev.tocsin.cli.demo;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who and what fills the placeholders of one message, or of one run of the story: what was picked from a pool stays
 * picked, so that a host keeps its address and the intruder stays the same one. Used by one thread.
 */
final class Cast {
    private final Pools pools;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Map<String, Map<String, String>> picked;
    private final Map<String, String> facts;

    Cast(Pools pools, RandomGenerator random, InstantSource clock, ZoneId zone) {
        this(pools, random, clock, zone, new HashMap<>(), new HashMap<>());
    }

    private Cast(Pools pools, RandomGenerator random, InstantSource clock, ZoneId zone,
            Map<String, Map<String, String>> picked, Map<String, String> facts) {
        this.pools = pools;
        this.random = random;
        this.clock = clock;
        this.zone = zone;
        this.picked = picked;
        this.facts = facts;
    }

    /** The same people and hosts for another message: picks are shared, facts set there do not come back here. */
    Cast forMessage() {
        return new Cast(pools, random, clock, zone, picked, new HashMap<>(facts));
    }

    /** Renders each phrase once, in order, and keeps it under its name for later phrases. */
    Cast with(Map<String, Phrase> phrases) {
        phrases.forEach((name, phrase) -> facts.put(name, phrase.render(this)));
        return this;
    }

    String fact(String name) {
        return Optional.ofNullable(facts.get(name)).orElseThrow();
    }

    /** @param copy 1 for the first pick from the pool, 2 for another one, … */
    String pick(String pool, int copy, String field) {
        Map<String, String> element = picked.get(pool + "#" + copy);
        if (element == null) {
            element = fresh(pool);
            picked.put(pool + "#" + copy, element);
        }
        return Optional.ofNullable(element.get(field)).orElseThrow();
    }

    RandomGenerator random() {
        return random;
    }

    Instant now() {
        return clock.instant();
    }

    ZoneId zone() {
        return zone;
    }

    /** Another element than those picked already, as long as there are any. */
    private Map<String, String> fresh(String pool) {
        List<Map<String, String>> all = pools.elements(pool);
        List<Map<String, String>> left = all.stream()
                .filter(e -> picked.entrySet().stream()
                        .noneMatch(p -> p.getKey().startsWith(pool + "#") && p.getValue() == e))
                .toList();
        List<Map<String, String>> from = left.isEmpty() ? all : left;
        return from.get(random.nextInt(from.size()));
    }
}
