package dev.tocsin.cli.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What was played and what came of it: which step an alert belongs to, how long it took, which rules are still owed. */
final class Journal {
    private final InstantSource clock;
    private final Map<String, Played> lastByRule = new HashMap<>();
    private final Map<String, Story.Step> owed = new HashMap<>();
    private final Set<String> fired = new HashSet<>();
    private long alerts;
    private int told;

    private record Played(Story.Step step, Instant time) {
    }

    /**
     * An alert as a person wants to read it.
     *
     * @param number from 1, in the order of arrival
     * @param sinceStep how long after its step began it arrived; empty for an alert that no step explains
     */
    record Alerted(long number, String id, String rule, String title, String level, String customer, String summary,
            Optional<Integer> step, Optional<Duration> sinceStep) {
    }

    Journal(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void step(Story.Step step) {
        told = Math.max(told, step.number());
        for (String rule : step.fires()) {
            lastByRule.put(rule, new Played(step, clock.instant()));
            if (!fired.contains(rule)) {
                owed.putIfAbsent(rule, step);
            }
        }
    }

    synchronized Alerted alert(JsonNode alert) {
        JsonNode rule = alert.path("rule");
        String id = rule.path("id").asString("");
        Optional<Played> cause = Optional.ofNullable(lastByRule.get(id));
        fired.add(id);
        owed.remove(id);
        return new Alerted(++alerts, alert.path("id").asString(""), id, rule.path("title").asString("(no title)"),
                rule.path("level").asString("informational"), alert.path("customer").asString(""),
                alert.path("summary").asString(""), cause.map(p -> p.step().number()),
                cause.map(p -> Duration.between(p.time(), clock.instant())));
    }

    synchronized long alerts() {
        return alerts;
    }

    /** How many steps have been played at least once. */
    synchronized int told() {
        return told;
    }

    /** How many different rules fired. */
    synchronized int rulesFired() {
        return fired.size();
    }

    /** Steps played, and the rule that has not fired for each. Empty when all that was due has come. */
    synchronized List<Owed> owed() {
        List<Owed> list = new ArrayList<>();
        owed.forEach((rule, step) -> list.add(new Owed(step.number(), rule)));
        list.sort(Comparator.comparingInt(Owed::step));
        return list;
    }

    /** A rule that a step should have made fire and that has not yet. */
    record Owed(int step, String rule) {
    }
}
