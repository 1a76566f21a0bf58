package dev.tocsin.rollout.logic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What JsonLogic, and so JavaScript, takes values for. */
final class Values {
    private Values() {
    }

    static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean b -> b;
            case Double d -> d != 0 && !d.isNaN();
            case String s -> !s.isEmpty();
            case List<?> l -> !l.isEmpty();
            default -> true;
        };
    }

    /** NaN for what is no number. */
    static double number(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Boolean b -> b ? 1 : 0;
            case Double d -> d;
            case String s -> number(s);
            default -> Double.NaN;
        };
    }

    private static double number(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            return 0;
        }
        try {
            return Double.parseDouble(stripped);
        } catch (NumberFormatException _) {
            return Double.NaN;
        }
    }

    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Double d when d == Math.rint(d) && Math.abs(d) < 1e15 -> Long.toString(d.longValue());
            default -> value.toString();
        };
    }

    /** As {@code ===}. */
    static boolean same(@Nullable Object a, @Nullable Object b) {
        return a == null ? b == null : a.equals(b);
    }

    /** As {@code ==}: a text equals the number that it says. */
    static boolean equal(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return a == b;
        }
        if (a.getClass() == b.getClass()) {
            return a.equals(b);
        }
        return number(a) == number(b);
    }

    /** Texts by their characters, all else as numbers. @return NaN when they cannot be compared */
    static double compare(@Nullable Object a, @Nullable Object b) {
        if (a instanceof String x && b instanceof String y) {
            return x.compareTo(y);
        }
        double x = number(a);
        double y = number(b);
        return Double.isNaN(x) || Double.isNaN(y) ? Double.NaN : Double.compare(x, y);
    }
}
