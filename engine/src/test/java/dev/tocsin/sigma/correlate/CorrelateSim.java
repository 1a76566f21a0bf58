package dev.tocsin.sigma.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The same log in another order, with other partitions and restarts, gives the same alerts: those of the definitions taken
 * literally. {@code -Dtocsin.shuffles=10000} for the long form, {@code -Dtocsin.seed} for another world.
 */
class CorrelateSim {
    private static final int SHUFFLES = Integer.getInteger("tocsin.shuffles", 300);
    private static final long SEED = Long.getLong("tocsin.seed", 1);
    private static final int LOG_SHUFFLES = 10;
    private static final int EVENTS = 250;
    private static final long LATENESS = 5_000;
    private static final AlertNames NAMES = AlertNames.ofHash();

    private static final List<CorrelationRule> RULES = CorrelationRules.of(
            "count type: event_count, rules: [a, b], group-by: [User], timespan: 10s, condition: {gte: 4}",
            "count-above type: event_count, rules: a, timespan: 5s, condition: {gt: 3}, generate: true",
            "count-sliding type: event_count, rules: a, group-by: [User], timespan: 8s, condition: {gte: 3}, "
                    + "x_rearm: sliding",
            "count-quiet type: event_count, rules: [a, c], group-by: [User], timespan: 7s, condition: {gte: 3}, "
                    + "x_rearm: timespan",
            "count-few type: event_count, rules: a, group-by: [User, Host], timespan: 6s, condition: {lt: 2}",
            "count-few-quiet type: event_count, rules: b, group-by: [User], timespan: 6s, condition: {lte: 3}, "
                    + "x_rearm: timespan",
            "count-range type: event_count, rules: [a, d], group-by: [User], timespan: 9s, condition: {gt: 2, lte: 5}",
            "count-exactly type: event_count, rules: d, group-by: [Host], timespan: 9s, condition: {eq: 3}",
            "count-not type: event_count, rules: d, timespan: 9s, condition: {neq: 7}",
            "absent type: event_count, rules: c, group-by: [User], timespan: 4s, condition: {lt: 1}",
            "absent-quiet type: event_count, rules: b, group-by: [Host], timespan: 3s, condition: {eq: 0}, "
                    + "x_rearm: timespan",
            "values type: value_count, rules: [a, b], group-by: [User], timespan: 12s, condition: {gte: 3, field: Host}",
            "tuples type: value_count, rules: a, timespan: 6s, condition: {gt: 4, field: [Host, User]}",
            "values-few type: value_count, rules: b, group-by: [User], timespan: 12s, condition: {lt: 3, field: Host}, "
                    + "x_missing_group: drop",
            "both type: temporal, rules: [a, b, c], group-by: [User], timespan: 5s",
            "two type: temporal, rules: [a, b, c, d], group-by: [User], timespan: 2s, condition: {gte: 3}",
            "one type: temporal, rules: [a, b, c], group-by: [Host], timespan: 6s, condition: {lt: 3}",
            "either type: temporal, rules: [a, b, c], group-by: [User], timespan: 3s, condition: a and (b or c), "
                    + "x_rearm: timespan",
            "without type: temporal, rules: [a, b, c], group-by: [User], timespan: 4s, condition: a and b and not c",
            "without-any type: temporal, rules: [a, b, d], group-by: [Host], timespan: 3s, "
                    + "condition: a and not (b or d), x_rearm: timespan",
            "order type: temporal_ordered, rules: [a, b, c], group-by: [User], timespan: 6s",
            "order-two type: temporal_ordered, rules: [d, a], group-by: [User], timespan: 4s, x_rearm: sliding",
            "alias type: temporal, rules: [a, d], group-by: [who], timespan: 4s, "
                    + "aliases: {who: {a: User, d: Other}}",
            "sum type: value_sum, rules: [a, b], group-by: [User], timespan: 10s, condition: {gte: 20.5, field: Bytes}",
            "sum-few type: value_sum, rules: [a, b], group-by: [User], timespan: 10s, condition: {lt: 15, field: Bytes}",
            "average type: value_avg, rules: [c, d], group-by: [User], timespan: 10s, condition: {gt: 5, field: Bytes}",
            "median type: value_median, rules: a, timespan: 10s, condition: {lte: 5.5, field: Bytes}",
            "p90 type: value_percentile, rules: [a, b, c], timespan: 8s, condition: {gte: 9, field: Bytes, "
                    + "percentile: 90}",
            "rare type: value_percentile, rules: [a, b, c], timespan: 15s, condition: {lte: 12, field: Host}",
            "change type: x_change, rules: a, group-by: [User], field: Host, timespan: 5s",
            "change-quiet type: x_change, rules: [a, b], group-by: [User], field: [Host, Other], timespan: 5s, "
                    + "x_rearm: timespan",
            "spike type: x_spike, rules: [a, b], group-by: [User], timespan: 4s, x_spike_height: 3",
            "spike-down type: x_spike, rules: [a, c], timespan: 3s, x_spike_height: 2, x_spike_type: down, "
                    + "x_threshold_ref: 2, x_rearm: timespan",
            "spike-up type: x_spike, rules: [a, b, c], timespan: 3s, x_spike_height: 1.5, x_spike_type: up, "
                    + "x_threshold_cur: 4",
            "flat type: x_flatline, rules: [a, b], group-by: [User], timespan: 4s",
            "flat-three type: x_flatline, rules: [a, b], group-by: [Host], timespan: 6s, x_threshold: 3, "
                    + "x_rearm: timespan",
            "new type: x_new_term, rules: [a, d], group-by: [User], field: Host, timespan: 12s, x_learn: 6s",
            "new-at-once type: x_new_term, rules: [b], field: [Host, User], timespan: 20s, x_learn: 0",
            "share type: x_percentage, rules: [a, b], group-by: [User], timespan: 7s, x_max_percentage: 40, "
                    + "x_min_denominator: 2",
            "chain type: event_count, rules: [both, count], group-by: [User], timespan: 30s, condition: {gte: 3}",
            "chain-host type: value_count, rules: [values, count-few], group-by: [Host], timespan: 30s, "
                    + "condition: {gte: 2, field: User}",
            "chain-order type: temporal_ordered, rules: [flat, chain], timespan: 30s, generate: true",
            "chain-absent type: temporal, rules: [absent, c], group-by: [User], timespan: 20s, "
                    + "condition: absent and not c",
            "chain-alias type: event_count, rules: [alias, sum], group-by: [name, Host], timespan: 40s, "
                    + "condition: {gte: 2}, aliases: {name: {alias: who, sum: User}}");

    /** What happens at once: an event, and which rules it matches. */
    private record Event(MatchId id, long time, String customer, Map<String, String> fields, List<String> rules) {
    }

    @Test
    void anyOrderAnyPartitionsAnyRestartsGiveWhatTheDefinitionsSay() {
        Set<String> fired = new HashSet<>();
        List<Event> log = List.of();
        List<String> expected = List.of();
        for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
            if (shuffle % LOG_SHUFFLES == 0) {
                log = log(new Random(SEED * 1_000_003 + shuffle));
                expected = naive(log);
                expected.forEach(line -> fired.add(line.substring(0, line.indexOf(' '))));
            }
            long seed = SEED * 7_000_003 + shuffle;
            assertThat(shuffled(log, new Random(seed))).as("shuffle %d", shuffle).isEqualTo(expected);
        }
        assertThat(fired).as("rules that fired").containsAll(RULES.stream().map(CorrelationRule::id).toList());
    }

    private static List<Event> log(Random random) {
        List<Event> log = new ArrayList<>();
        long time = 1_000_000;
        int grain = List.of(1, 250, 500, 1000).get(random.nextInt(4));
        for (int i = 0; i < EVENTS; i++) {
            time += random.nextInt(12) == 0 ? random.nextInt(12_000) : random.nextInt(900);
            Map<String, String> fields = new HashMap<>();
            put(fields, "User", random, List.of("u1", "u1", "u2"));
            put(fields, "Host", random, List.of("h1", "h2", "h3", "h4", "h5"));
            put(fields, "Other", random, List.of("u1", "u2"));
            put(fields, "Bytes", random, List.of("1", "2.5", "9", "10", "-3", "x", "0.1"));
            List<String> rules = new ArrayList<>();
            for (String rule : List.of("id-a", "id-b", "id-c", "id-d")) {
                if (random.nextInt(3) == 0) {
                    rules.add(rule);
                }
            }
            log.add(new Event(new MatchId(random.nextLong(), i), time / grain * grain,
                    random.nextInt(10) == 0 ? "other" : "customer", fields, rules));
        }
        return log;
    }

    private static void put(Map<String, String> fields, String name, Random random, List<String> values) {
        if (random.nextInt(12) > 0) {
            fields.put(name, values.get(random.nextInt(values.size())));
        }
    }

    private static List<String> naive(List<Event> log) {
        List<NaiveCorrelations.Happened> happened = new ArrayList<>();
        for (Event e : log) {
            e.rules().forEach(r -> happened
                    .add(new NaiveCorrelations.Happened(r, e.id(), e.time(), e.customer(), e.fields()::get)));
        }
        return new NaiveCorrelations(RULES, NAMES).firings(happened);
    }

    /** Some partitions, each with its state in a store from which it is now and then made anew. */
    private static List<String> shuffled(List<Event> log, Random random) {
        Map<Event, Long> arrivals = new HashMap<>();
        log.forEach(e -> arrivals.put(e, e.time() + random.nextLong(LATENESS + 1)));
        List<Event> arriving = new ArrayList<>(log);
        arriving.sort(Comparator.comparing(arrivals::get));
        CorrelationSet set = new CorrelationSet(RULES);
        List<Partition> partitions = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            partitions.add(new Partition(set));
        }
        List<String> lines = new ArrayList<>();
        long newest = Long.MIN_VALUE;
        for (Event e : arriving) {
            for (String rule : e.rules()) {
                for (KeyedMatch m : set.route(
                        new RuleMatch(rule, e.id(), e.time(), e.customer(), e.fields()::get))) {
                    accept(partitions, m);
                    if (random.nextInt(20) == 0) {
                        accept(partitions, m);
                    }
                }
            }
            newest = Math.max(newest, e.time());
            if (random.nextInt(3) == 0) {
                advance(partitions, set, newest - LATENESS, lines);
            }
            if (random.nextInt(4) == 0) {
                partitions.get(random.nextInt(count)).correlator.save();
            }
            if (random.nextInt(40) == 0) {
                partitions.get(random.nextInt(count)).restart(set);
            }
        }
        advance(partitions, set, newest + random.nextInt(9_000) - LATENESS, lines);
        partitions.forEach(p -> p.restart(set));
        advance(partitions, set, Long.MAX_VALUE, lines);
        partitions.forEach(p -> {
            assertThat(p.correlator.groups()).isZero();
            assertThat(p.correlator.bytes()).isZero();
            assertThat(p.store.keySet()).allMatch(k -> k.startsWith("w/"));
        });
        lines.sort(null);
        return lines;
    }

    private static void accept(List<Partition> partitions, KeyedMatch match) {
        int place = Math.floorMod((match.correlation() + match.group().digest()).hashCode(), partitions.size());
        assertThat(partitions.get(place).correlator.accept(match)).isEqualTo(Correlator.Taken.ACCEPTED);
    }

    private static void advance(List<Partition> partitions, CorrelationSet set, long watermark, List<String> lines) {
        for (int level = 0; level < set.levels(); level++) {
            List<KeyedMatch> onward = new ArrayList<>();
            for (Partition partition : partitions) {
                for (Firing f : partition.correlator.advance(level, watermark)) {
                    lines.add(NaiveCorrelations.line(f.rule(), f.id(), f.group(), f.timeMillis(), f.events().size()));
                    onward.addAll(f.onward());
                }
            }
            onward.forEach(m -> accept(partitions, m));
        }
        partitions.forEach(p -> p.correlator.save());
    }

    /** A correlator and what it has stored. */
    private static final class Partition implements CorrelationStore {
        private final TreeMap<String, byte[]> store = new TreeMap<>();
        private Correlator correlator;

        Partition(CorrelationSet set) {
            correlator = new Correlator(set, NAMES, Limits.DEFAULT, this);
        }

        void restart(CorrelationSet set) {
            correlator.save();
            correlator = new Correlator(set, NAMES, Limits.DEFAULT, this);
        }

        @Override
        public void put(String key, byte[] value) {
            store.put(key, value.clone());
        }

        @Override
        public void remove(String key) {
            store.remove(key);
        }

        @Override
        public Map<String, byte[]> entries() {
            return new TreeMap<>(store);
        }
    }
}
