package dev.tocsin.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Amounts {
    private Amounts() {
    }

    /** {@code 1,234,567} */
    public static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** {@code 1,203/s}, {@code 0.4/s}, {@code 0/s} */
    public static String rate(double perSecond) {
        return perSecond > 0 && perSecond < 10
                ? String.format(Locale.ROOT, "%.1f/s", perSecond)
                : String.format(Locale.ROOT, "%,.0f/s", perSecond);
    }

    /** The two largest units: {@code 3d 4h}, {@code 12m 5s}, {@code 850ms}. */
    public static String duration(Duration d) {
        if (d.compareTo(Duration.ofSeconds(1)) < 0) {
            return d.toMillis() + "ms";
        }
        long[] parts = {d.toDays(), d.toHoursPart(), d.toMinutesPart(), d.toSecondsPart()};
        String units = "dhms";
        int first = 0;
        while (parts[first] == 0) {
            first++;
        }
        String text = parts[first] + units.substring(first, first + 1);
        boolean second = first + 1 < parts.length && parts[first + 1] > 0;
        return second ? text + " " + parts[first + 1] + units.charAt(first + 1) : text;
    }

    public static String percent(long part, long whole) {
        return whole <= 0 ? "-" : String.format(Locale.ROOT, "%.0f %%", 100.0 * part / whole);
    }
}
