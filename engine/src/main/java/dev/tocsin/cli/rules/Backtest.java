package dev.tocsin.cli.rules;

import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaEngine;
import dev.tocsin.sigma.SigmaRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs rules over events of the past and counts. All rules are matched together; for one event in {@value #ONE_IN} each
 * rule that is for such events is also evaluated alone, with a watch. Owned by one thread.
 */
final class Backtest {
    private static final int ONE_IN = 256;
    /** At the beginning more often, so that a small set of events tells something, too. */
    private static final int ONE_IN_FIRST = 16;
    private static final int FIRST = 4096;
    private static final int BUCKETS = 24;
    private static final String BARS = " ▁▂▃▄▅▆▇█";

    private final List<Outcome> outcomes = new ArrayList<>();
    private final Map<SigmaRule, Outcome> byRule = new IdentityHashMap<>();
    private final SigmaEngine vendor;
    private final SigmaEngine ecs;
    private final FieldMapping vendorNames;
    private final FieldMapping ecsNames;
    private final int samples;
    private long events;
    private long matchedEvents;
    private long matchNanos;
    private @Nullable Instant first;
    private @Nullable Instant last;

    /**
     * An event to be tried.
     *
     * @param time null when it does not say
     * @param ecs whether it has ECS names rather than its vendor's
     */
    record Past(String id, @Nullable Instant time, JsonNode fields, LogSource logSource, boolean ecs) {
    }

    /** What a rule did. */
    static final class Outcome {
        private final SigmaRule rule;
        private final List<Past> samples = new ArrayList<>();
        private final List<Long> seconds = new ArrayList<>();
        private long hits;
        private long measured;
        private long nanos;
        private @Nullable SigmaEngine aloneVendor;
        private @Nullable SigmaEngine aloneEcs;

        Outcome(SigmaRule rule) {
            this.rule = rule;
        }

        SigmaRule rule() {
            return rule;
        }

        long hits() {
            return hits;
        }

        List<Past> samples() {
            return samples;
        }

        /** Mean time of one evaluation alone; 0 when no event was for the rule. */
        long nanosPerEvent() {
            return measured == 0 ? 0 : nanos / measured;
        }
    }

    /** @param samples how many events are kept of each rule */
    Backtest(List<SigmaRule> rules, FieldMapping vendorNames, FieldMapping ecsNames, int samples) {
        this.vendorNames = vendorNames;
        this.ecsNames = ecsNames;
        this.samples = samples;
        vendor = SigmaEngine.compile(rules, vendorNames);
        ecs = SigmaEngine.compile(rules, ecsNames);
        for (SigmaRule rule : rules) {
            Outcome outcome = new Outcome(rule);
            outcomes.add(outcome);
            byRule.put(rule, outcome);
        }
    }

    void run(Past event) {
        LogSource from = event.logSource();
        long begun = System.nanoTime();
        List<SigmaRule> hits = (event.ecs() ? ecs : vendor).match(event.fields(), from.product(), from.category(),
                from.service());
        matchNanos += System.nanoTime() - begun;
        if (events++ % (events < FIRST ? ONE_IN_FIRST : ONE_IN) == 0) {
            measure(event);
        }
        Instant time = event.time();
        if (time != null) {
            first = first == null || time.isBefore(first) ? time : first;
            last = last == null || time.isAfter(last) ? time : last;
        }
        matchedEvents += hits.isEmpty() ? 0 : 1;
        for (SigmaRule rule : hits) {
            Outcome outcome = byRule.get(rule);
            if (outcome != null) {
                outcome.hits++;
                if (time != null) {
                    outcome.seconds.add(time.getEpochSecond());
                }
                if (outcome.samples.size() < samples) {
                    outcome.samples.add(event);
                }
            }
        }
    }

    private void measure(Past event) {
        LogSource from = event.logSource();
        for (Outcome outcome : outcomes) {
            if (outcome.rule.logSource().covers(from.product(), from.category(), from.service())) {
                SigmaEngine alone = alone(outcome, event);
                long begun = System.nanoTime();
                alone.match(event.fields(), from.product(), from.category(), from.service());
                outcome.nanos += System.nanoTime() - begun;
                outcome.measured++;
            }
        }
    }

    private SigmaEngine alone(Outcome outcome, Past event) {
        boolean ecsEvent = event.ecs();
        SigmaEngine engine = ecsEvent ? outcome.aloneEcs : outcome.aloneVendor;
        if (engine == null) {
            engine = SigmaEngine.compile(List.of(outcome.rule), ecsEvent ? ecsNames : vendorNames);
            // The first time is not like the others.
            engine.match(event.fields(), event.logSource().product(), event.logSource().category(),
                    event.logSource().service());
            if (ecsEvent) {
                outcome.aloneEcs = engine;
            } else {
                outcome.aloneVendor = engine;
            }
        }
        return engine;
    }

    long events() {
        return events;
    }

    long matchedEvents() {
        return matchedEvents;
    }

    long hits() {
        return outcomes.stream().mapToLong(Outcome::hits).sum();
    }

    /** Mean time of matching one event against all rules together. */
    long nanosPerEvent() {
        return events == 0 ? 0 : matchNanos / events;
    }

    /** Between the first and the last event; zero when they do not say. */
    Duration span() {
        return first == null || last == null ? Duration.ZERO : Duration.between(first, last);
    }

    /** Most hits first. */
    List<Outcome> outcomes() {
        return outcomes.stream().sorted(Comparator.comparingLong((Outcome o) -> -o.hits)
                .thenComparing(o -> o.rule.title())).toList();
    }

    /** Share of the time of all rules, each alone. */
    double share(Outcome outcome) {
        long all = outcomes.stream().mapToLong(o -> o.nanos).sum();
        return all == 0 ? 0 : (double) outcome.nanos / all;
    }

    /** Hits per day, or the hits themselves when the events span less. */
    double perDay(Outcome outcome) {
        double days = span().toSeconds() / 86_400.0;
        return days < 1 ? outcome.hits : outcome.hits / days;
    }

    /** Hits in equal parts of the time, from the first event to the last. */
    long[] histogram(Outcome outcome) {
        long[] counts = new long[BUCKETS];
        long begin = first == null ? 0 : first.getEpochSecond();
        long length = Math.max(1, span().toSeconds() + 1);
        outcome.seconds.forEach(s -> counts[(int) Math.min(BUCKETS - 1, (s - begin) * BUCKETS / length)]++);
        return counts;
    }

    String bars(Outcome outcome) {
        long[] counts = histogram(outcome);
        long most = 1;
        for (long count : counts) {
            most = Math.max(most, count);
        }
        StringBuilder bars = new StringBuilder();
        for (long count : counts) {
            bars.append(BARS.charAt((int) ((count * (BARS.length() - 1) + most - 1) / most)));
        }
        return bars.toString();
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("events", events).put("matched_events", matchedEvents).put("hits", hits())
                .put("nanos_per_event", nanosPerEvent()).put("first", String.valueOf(first))
                .put("last", String.valueOf(last));
        ArrayNode list = json.putArray("rules");
        for (Outcome outcome : outcomes()) {
            ObjectNode node = list.addObject().put("id", outcome.rule.id()).put("title", outcome.rule.title())
                    .put("level", String.format(Locale.ROOT, "%s", outcome.rule.level())).put("hits", outcome.hits)
                    .put("hits_per_day", perDay(outcome)).put("nanos_per_event", outcome.nanosPerEvent())
                    .put("share", share(outcome));
            ArrayNode histogram = node.putArray("histogram");
            for (long count : histogram(outcome)) {
                histogram.add(count);
            }
            ArrayNode shown = node.putArray("samples");
            for (Past sample : outcome.samples) {
                shown.addObject().put("id", sample.id()).put("time", String.valueOf(sample.time())).set("event",
                        sample.fields());
            }
        }
        return json;
    }
}
