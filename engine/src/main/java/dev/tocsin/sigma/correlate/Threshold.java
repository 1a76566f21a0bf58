package dev.tocsin.sigma.correlate;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The numeric condition of a correlation: all bounds must hold.
 *
 * @param bounds one, or two for a range
 */
public record Threshold(List<Bound> bounds) {
    public Threshold {
        bounds = List.copyOf(bounds);
        if (bounds.isEmpty()) {
            throw new IllegalArgumentException("a threshold has at least one bound");
        }
    }

    /** How a number is compared. */
    public enum Comparison {
        GT,
        GTE,
        LT,
        LTE,
        EQ,
        NEQ;

        /** As it stands in a rule. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean holds(int sign) {
            return switch (this) {
                case GT -> sign > 0;
                case GTE -> sign >= 0;
                case LT -> sign < 0;
                case LTE -> sign <= 0;
                case EQ -> sign == 0;
                case NEQ -> sign != 0;
            };
        }
    }

    /** Such as {@code gte: 5}. */
    public record Bound(Comparison comparison, BigDecimal number) {
    }

    public static Threshold of(Comparison comparison, long number) {
        return new Threshold(List.of(new Bound(comparison, BigDecimal.valueOf(number))));
    }

    public boolean holds(BigDecimal value) {
        return holds(value, BigDecimal.ONE);
    }

    public boolean holds(long value) {
        return holds(BigDecimal.valueOf(value));
    }

    /** Whether it holds for value/divisor, exactly; the divisor is positive. */
    boolean holds(BigDecimal value, BigDecimal divisor) {
        for (Bound bound : bounds) {
            BigDecimal number = divisor == BigDecimal.ONE ? bound.number() : bound.number().multiply(divisor);
            if (!bound.comparison().holds(value.compareTo(number))) {
                return false;
            }
        }
        return true;
    }

    /** Only bounds from below: what grows and holds once is true as soon as it is reached. */
    boolean growsTrue() {
        return bounds.stream()
                .allMatch(b -> b.comparison() == Comparison.GT || b.comparison() == Comparison.GTE);
    }

    /** Whether a count can fulfil it only by being zero. */
    boolean meansNone() {
        return holds(0) && bounds.stream().anyMatch(b -> switch (b.comparison()) {
            case LT -> b.number().compareTo(BigDecimal.ONE) <= 0;
            case LTE -> b.number().compareTo(BigDecimal.ONE) < 0;
            case EQ -> b.number().signum() == 0;
            case GT, GTE, NEQ -> false;
        });
    }

    @Override
    public String toString() {
        return bounds.stream().map(b -> b.comparison().word() + " " + b.number().toPlainString())
                .collect(Collectors.joining(" and "));
    }
}
