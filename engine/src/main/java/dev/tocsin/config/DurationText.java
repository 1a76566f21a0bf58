package dev.tocsin.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 100ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code 7d}, and {@code 0}. */
public final class DurationText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    /** A century; more is a mistake, and would overflow where durations are added to times. */
    private static final Duration MAX = Duration.ofDays(36_525);

    private DurationText() {
    }

    /** @throws IllegalArgumentException when the text is not a duration, or is longer than a century */
    public static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("not a duration: \"" + text + "\" (write 100ms, 5s, 2m, 1h, 7d)");
        }
        long amount = Long.parseLong(m.group(1));
        Duration duration = switch (m.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
        if (duration.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("longer than a century: \"" + text + "\"");
        }
        return duration;
    }
}
