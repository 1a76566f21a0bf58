package dev.tocsin.bench;

import dev.tocsin.sigma.SigmaRules;
import dev.tocsin.sigma.correlate.AlertNames;
import dev.tocsin.sigma.correlate.CorrelationSet;
import dev.tocsin.sigma.correlate.CorrelationStore;
import dev.tocsin.sigma.correlate.Correlator;
import dev.tocsin.sigma.correlate.GroupKey;
import dev.tocsin.sigma.correlate.KeyedMatch;
import dev.tocsin.sigma.correlate.Limits;
import dev.tocsin.sigma.correlate.MatchId;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Matches per second of CPU that the correlator takes, decides and stores, one thread; beside the least that counting in a
 * sliding window can be (a hash map and a queue, in order, nothing stored, one group), in the same run.
 *
 * <p>Arguments: matches per lane (default 2000000), rounds (default 3), number of the only lane to run (default all).
 */
public final class CorrelateBench {
    private static final int DISTINCT = 100_000;
    private static final int GROUPS = 100_000;
    private static final int BATCH = 500;
    private static final int PER_MILLI = 10;
    private static final long TIMESPAN_MILLIS = 20_000;
    private static final int LATENESS_MILLIS = 200;
    private static final String RULES = """
            title: any
            id: any
            logsource: {product: bench}
            detection: {s: {A: 1}, condition: s}
            ---
            title: bench
            id: bench
            correlation: {rules: any, timespan: 20s, group-by: [User], %s}
            """;

    private final String[] values = new String[DISTINCT];
    private final int matches;

    private CorrelateBench(int matches) {
        this.matches = matches;
        for (int i = 0; i < DISTINCT; i++) {
            values[i] = "workstation-" + i + ".example.org";
        }
    }

    /** One way to feed the correlator. */
    private record Lane(String name, String rule, int groups, boolean shuffled) {
    }

    public static void main(String[] arguments) {
        int matches = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        CorrelateBench bench = new CorrelateBench(matches);
        List<Lane> lanes = List.of(
                new Lane("value_count, 100,000 distinct values of 200,000 matches in one window",
                        "type: value_count, condition: {gte: 1000000, field: Host}", 1, false),
                new Lane("the same, arriving in disorder",
                        "type: value_count, condition: {gte: 1000000, field: Host}", 1, true),
                new Lane("event_count, 100,000 live groups",
                        "type: event_count, condition: {gte: 1000000}", GROUPS, true),
                new Lane("event_count, 1,000 groups, each firing at every 50th match",
                        "type: event_count, condition: {gte: 50}", 1000, true),
                new Lane("event_count with lt, 100,000 groups, each with a timer",
                        "type: event_count, condition: {lt: 2}", GROUPS, true));
        for (int round = 0; round < rounds; round++) {
            double least = bench.least();
            System.out.printf(Locale.ROOT, "round %d: map and queue alone %,.0f matches/s%n", round + 1, least);
            for (Lane lane : arguments.length > 2 ? List.of(lanes.get(Integer.parseInt(arguments[2]))) : lanes) {
                double ours = bench.run(lane);
                System.out.printf(Locale.ROOT, "  %-75s %,12.0f matches/s (%.2f)%n", lane.name(), ours, ours / least);
            }
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private String value(SplittableRandom random, int n) {
        return values[n % 2 == 0 ? n / 2 % DISTINCT : random.nextInt(DISTINCT)];
    }

    private double least() {
        record Seen(long time, String value) {
        }
        SplittableRandom random = new SplittableRandom(1);
        Map<String, int[]> counts = new HashMap<>();
        ArrayDeque<Seen> window = new ArrayDeque<>();
        long start = cpuNanos();
        for (int n = 0; n < matches; n++) {
            long time = n / PER_MILLI;
            while (!window.isEmpty() && window.peekFirst().time < time - TIMESPAN_MILLIS) {
                String old = window.removeFirst().value;
                if (--counts.get(old)[0] == 0) {
                    counts.remove(old);
                }
            }
            String value = value(random, n);
            window.addLast(new Seen(time, value));
            counts.computeIfAbsent(value, _ -> new int[1])[0]++;
        }
        return matches * 1e9 / (cpuNanos() - start);
    }

    private double run(Lane lane) {
        CorrelationSet set = new CorrelationSet(
                SigmaRules.parse("bench.yml", RULES.formatted(lane.rule())).correlations());
        String digest = set.plans().getFirst().digest();
        Correlator correlator = new Correlator(set, AlertNames.ofHash(), Limits.DEFAULT, new MapStore());
        SplittableRandom random = new SplittableRandom(1);
        long fired = 0;
        long start = cpuNanos();
        for (int n = 0; n < matches; n++) {
            long time = n / PER_MILLI - (lane.shuffled() ? random.nextInt(LATENESS_MILLIS) : 0);
            GroupKey group = new GroupKey("customer",
                    List.of(lane.groups() == 1 ? "alice" : values[random.nextInt(lane.groups())]));
            correlator.accept(new KeyedMatch(digest, 0, new MatchId(n * 0x9E3779B97F4A7C15L, n), time, group,
                    lane.rule().contains("value_count") ? value(random, n) : null, List.of()));
            if (n % BATCH == BATCH - 1) {
                fired += correlator.advance(0, n / PER_MILLI - LATENESS_MILLIS).size();
                correlator.save();
            }
        }
        double perSecond = matches * 1e9 / (cpuNanos() - start);
        if (fired < 0 || correlator.groups() == 0) {
            throw new IllegalStateException("nothing was done");
        }
        return perSecond;
    }

    /** A map in memory, as the stage keeps one in front of the changelog. */
    private static final class MapStore implements CorrelationStore {
        private final HashMap<String, byte[]> entries = new HashMap<>();

        @Override
        public void put(String key, byte[] value) {
            entries.put(key, value);
        }

        @Override
        public void remove(String key) {
            entries.remove(key);
        }

        @Override
        public Map<String, byte[]> entries() {
            return entries;
        }
    }
}
