package dev.tocsin.sigma.correlate;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is known of the matches in a window, kept up with each that comes and goes. */
interface Aggregate {
    void add(Entry entry);

    void remove(Entry entry);

    void clear();

    /** Whether the condition holds with the entry that was added last. */
    boolean holds(Entry last);

    String measure();

    static Aggregate of(CorrelationRule rule) {
        Threshold threshold = rule.threshold();
        return switch (rule.type()) {
            case EVENT_COUNT -> new Count(Objects.requireNonNull(threshold));
            case VALUE_COUNT -> new Distinct(Objects.requireNonNull(threshold));
            case VALUE_SUM -> new Sum(Objects.requireNonNull(threshold));
            case TEMPORAL -> new Present(rule);
            case TEMPORAL_ORDERED -> new Ordered(rule);
            default -> throw new IllegalArgumentException(rule.type() + " is not kept up match by match");
        };
    }

    /** How many. */
    final class Count implements Aggregate {
        private final Threshold threshold;
        private long count;

        Count(Threshold threshold) {
            this.threshold = threshold;
        }

        @Override
        public void add(Entry entry) {
            count++;
        }

        @Override
        public void remove(Entry entry) {
            count--;
        }

        @Override
        public void clear() {
            count = 0;
        }

        @Override
        public boolean holds(Entry last) {
            return threshold.holds(count);
        }

        @Override
        public String measure() {
            return Long.toString(count);
        }
    }

    /** How many different values, by a count of each. */
    final class Distinct implements Aggregate {
        private final Threshold threshold;
        private final Map<String, int[]> counts = new HashMap<>();

        Distinct(Threshold threshold) {
            this.threshold = threshold;
        }

        @Override
        public void add(Entry entry) {
            counts.computeIfAbsent(Objects.requireNonNull(entry.value), _ -> new int[1])[0]++;
        }

        @Override
        public void remove(Entry entry) {
            String value = Objects.requireNonNull(entry.value);
            int[] count = Objects.requireNonNull(counts.get(value));
            if (--count[0] == 0) {
                counts.remove(value);
            }
        }

        @Override
        public void clear() {
            counts.clear();
        }

        @Override
        public boolean holds(Entry last) {
            return threshold.holds(counts.size());
        }

        @Override
        public String measure() {
            return Integer.toString(counts.size());
        }
    }

    /** Exact: a sum of floating-point numbers would depend on what went in and out before. */
    final class Sum implements Aggregate {
        private final Threshold threshold;
        private BigDecimal sum = BigDecimal.ZERO;

        Sum(Threshold threshold) {
            this.threshold = threshold;
        }

        @Override
        public void add(Entry entry) {
            sum = sum.add(number(entry));
        }

        @Override
        public void remove(Entry entry) {
            sum = sum.subtract(number(entry));
        }

        @Override
        public void clear() {
            sum = BigDecimal.ZERO;
        }

        @Override
        public boolean holds(Entry last) {
            return threshold.holds(sum);
        }

        @Override
        public String measure() {
            return Closing.plain(sum);
        }

        private static BigDecimal number(Entry entry) {
            return Closing.number(entry);
        }
    }

    /** Which of the rules matched. */
    final class Present implements Aggregate {
        private final CorrelationRule rule;
        private final int[] counts;

        Present(CorrelationRule rule) {
            this.rule = rule;
            counts = new int[rule.rules().size()];
        }

        @Override
        public void add(Entry entry) {
            counts[entry.rule]++;
        }

        @Override
        public void remove(Entry entry) {
            counts[entry.rule]--;
        }

        @Override
        public void clear() {
            Arrays.fill(counts, 0);
        }

        @Override
        public boolean holds(Entry last) {
            RuleExpression expression = rule.expression();
            if (expression != null) {
                return expression.holds(i -> counts[i] > 0, _ -> false);
            }
            long present = Arrays.stream(counts).filter(c -> c > 0).count();
            Threshold threshold = rule.threshold();
            return threshold == null ? present == counts.length : threshold.holds(present);
        }

        @Override
        public String measure() {
            return IntStream.range(0, counts.length).filter(i -> counts[i] > 0)
                    .mapToObj(i -> rule.rules().get(i).written()).collect(Collectors.joining(", "));
        }
    }

    /**
     * How late a sequence of the first n rules began, at best; the later it began, the longer it may still be continued, so
     * no other needs to be known. One match may fulfil two rules, but does not follow itself: so the two best that end
     * with different matches are kept for each n.
     */
    final class Ordered implements Aggregate {
        /** A sequence: when it began, and with which match it ends. */
        private record Chain(long start, long high, long low) {
            boolean endsWith(Entry entry) {
                return high == entry.high && low == entry.low;
            }
        }

        private final CorrelationRule rule;
        private final @Nullable Chain[] best;
        private final @Nullable Chain[] second;
        private boolean complete;

        Ordered(CorrelationRule rule) {
            this.rule = rule;
            best = new Chain[rule.rules().size()];
            second = new Chain[rule.rules().size()];
        }

        @Override
        public void add(Entry entry) {
            complete = false;
            Chain chain = chain(entry);
            if (chain == null) {
                return;
            }
            int n = entry.rule;
            Chain first = best[n];
            Chain next = second[n];
            if (first == null || chain.start() >= first.start()) {
                second[n] = first;
                best[n] = chain;
            } else if (next == null || chain.start() >= next.start()) {
                second[n] = chain;
            }
            complete = n == best.length - 1 && entry.time - chain.start() <= rule.timespanMillis();
        }

        private @Nullable Chain chain(Entry entry) {
            if (entry.rule == 0) {
                return new Chain(entry.time, entry.high, entry.low);
            }
            Chain before = best[entry.rule - 1];
            if (before != null && before.endsWith(entry)) {
                before = second[entry.rule - 1];
            }
            return before == null ? null : new Chain(before.start(), entry.high, entry.low);
        }

        @Override
        public void remove(Entry entry) {
            // A sequence that began too long ago completes nothing.
        }

        @Override
        public void clear() {
            Arrays.fill(best, null);
            Arrays.fill(second, null);
            complete = false;
        }

        @Override
        public boolean holds(Entry last) {
            return complete;
        }

        @Override
        public String measure() {
            return rule.rules().stream().map(CorrelationRule.Reference::written).collect(Collectors.joining(", "));
        }
    }
}
