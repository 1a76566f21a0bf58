package dev.tocsin.sigma.correlate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at a window that has closed. */
final class Closing {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    /** What made the condition true, and the number that did. */
    record Found(List<Entry> events, String measure) {
    }

    private Closing() {
    }

    /** Null when the condition does not hold. */
    static @Nullable Found look(CorrelationRule rule, List<Entry> window) {
        if (rule.extension() instanceof Extension.Percentage percentage) {
            return percentage(percentage, window);
        }
        Threshold threshold = Objects.requireNonNull(rule.threshold());
        return switch (rule.type()) {
            case EVENT_COUNT -> found(threshold, BigDecimal.valueOf(window.size()), window);
            case VALUE_COUNT -> found(threshold,
                    BigDecimal.valueOf(window.stream().map(e -> e.value).distinct().count()), window);
            case TEMPORAL -> found(threshold, BigDecimal.valueOf(window.stream().map(e -> e.rule).distinct().count()),
                    window);
            case VALUE_SUM -> found(threshold, sum(window), window);
            case VALUE_AVG -> {
                BigDecimal count = BigDecimal.valueOf(window.size());
                BigDecimal sum = sum(window);
                yield threshold.holds(sum, count)
                        ? new Found(window, plain(sum.divide(count, MathContext.DECIMAL64)))
                        : null;
            }
            case VALUE_MEDIAN -> found(threshold, median(window), window);
            case VALUE_PERCENTILE -> rule.percentile() == null
                    ? rare(threshold, window)
                    : found(threshold, percentile(window, rule.percentile()), window);
            default -> throw new IllegalArgumentException(rule.type() + " is not decided when its window closes");
        };
    }

    private static @Nullable Found found(Threshold threshold, BigDecimal value, List<Entry> window) {
        return threshold.holds(value) ? new Found(window, plain(value)) : null;
    }

    static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    static BigDecimal number(Entry entry) {
        return Objects.requireNonNull(CorrelationSet.number(Objects.requireNonNull(entry.value)));
    }

    private static BigDecimal sum(List<Entry> window) {
        return window.stream().map(Closing::number).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static List<BigDecimal> sorted(List<Entry> window) {
        List<BigDecimal> numbers = new ArrayList<>(window.stream().map(Closing::number).toList());
        numbers.sort(null);
        return numbers;
    }

    /** The one in the middle, or half way between the two in the middle. */
    private static BigDecimal median(List<Entry> window) {
        List<BigDecimal> numbers = sorted(window);
        int half = numbers.size() / 2;
        return numbers.size() % 2 == 1
                ? numbers.get(half)
                : numbers.get(half - 1).add(numbers.get(half)).divide(TWO);
    }

    /** The smallest number that at least so many per cent of all do not exceed (nearest rank). */
    private static BigDecimal percentile(List<Entry> window, BigDecimal percentile) {
        List<BigDecimal> numbers = sorted(window);
        int rank = percentile.multiply(BigDecimal.valueOf(numbers.size())).divide(HUNDRED)
                .setScale(0, RoundingMode.CEILING).intValue();
        return numbers.get(Math.max(rank, 1) - 1);
    }

    /** The values whose share of all matches, in per cent, fulfils the condition. */
    private static @Nullable Found rare(Threshold threshold, List<Entry> window) {
        Map<String, Integer> counts = new HashMap<>();
        window.forEach(e -> counts.merge(Objects.requireNonNull(e.value), 1, Integer::sum));
        BigDecimal all = BigDecimal.valueOf(window.size());
        List<Entry> rare = window.stream().filter(e -> threshold.holds(
                BigDecimal.valueOf(counts.getOrDefault(Objects.requireNonNull(e.value), 0)).multiply(HUNDRED), all))
                .toList();
        return rare.isEmpty()
                ? null
                : new Found(rare, Long.toString(rare.stream().map(e -> e.value).distinct().count()));
    }

    private static @Nullable Found percentage(Extension.Percentage setting, List<Entry> window) {
        Set<MatchId> matched = new HashSet<>();
        Set<MatchId> all = new HashSet<>();
        window.forEach(e -> (e.rule == 0 ? matched : all).add(e.id()));
        if (all.size() < Math.max(1, setting.denominatorMin())) {
            return null;
        }
        matched.retainAll(all);
        BigDecimal hundredfold = BigDecimal.valueOf(matched.size()).multiply(HUNDRED);
        BigDecimal count = BigDecimal.valueOf(all.size());
        boolean below = setting.min() != null && hundredfold.compareTo(setting.min().multiply(count)) < 0;
        boolean above = setting.max() != null && hundredfold.compareTo(setting.max().multiply(count)) > 0;
        return below || above
                ? new Found(window, plain(hundredfold.divide(count, MathContext.DECIMAL32)))
                : null;
    }
}
