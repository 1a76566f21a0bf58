package dev.tocsin.simulate;

import dev.tocsin.simulate.Draw.Purpose;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What goes wrong with request number {@code n}; a function of seed, knobs and number. */
final class Faults {
    private static final int[] ERRORS = {500, 502, 503, 504};
    private static final List<String> FORMS = List.of("seconds", "none", "fraction", "date", "reset");
    private static final DateTimeFormatter DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final long MILLI = 1_000_000;

    private final long seed;

    Faults(long seed) {
        this.seed = seed;
    }

    boolean hits(Knobs knobs, Knob chance, Purpose purpose, long n) {
        double share = knobs.number(chance);
        return share > 0 && Draw.unit(seed, purpose, n) < share;
    }

    Duration latency(Knobs knobs, long n) {
        return Duration.ofNanos(1000 * Draw.between(knobs.micros(Knob.LATENCY_MIN), knobs.micros(Knob.LATENCY_MAX),
                Draw.unit(seed, Purpose.LATENCY, n)));
    }

    /** The answer that is given instead of the right one, if any. */
    Optional<ApiAnswer> refusal(Knobs knobs, long n, Instant serverTime) {
        if (hits(knobs, Knob.SERVER_ERROR, Purpose.ERROR, n)) {
            int status = ERRORS[Draw.below(ERRORS.length, seed, Purpose.ERROR_STATUS, n)];
            return Optional.of(new RefusedException(status, "server_error", "made by the knob server_error").answer());
        }
        if (hits(knobs, Knob.FORBIDDEN, Purpose.FORBIDDEN, n)) {
            return Optional.of(new RefusedException(403, "forbidden", "made by the knob forbidden").answer());
        }
        return hits(knobs, Knob.RATE_LIMITED, Purpose.LIMIT, n)
                ? Optional.of(tooMany(knobs, n, serverTime, Knob.RATE_LIMITED, knobs.duration(Knob.RETRY_WAIT)))
                : Optional.empty();
    }

    /** A 429 that says in the knobs' way to come again after so long. */
    ApiAnswer tooMany(Knobs knobs, long n, Instant serverTime, Knob cause, Duration wait) {
        ApiAnswer answer = new RefusedException(429, "rate_limited", "made by the knob " + cause.label()).answer();
        long seconds = (wait.toMillis() + 999) / 1000;
        String form = knobs.word(Knob.RETRY_AFTER);
        if (form.equals("mixed")) {
            form = FORMS.get(Draw.below(FORMS.size(), seed, Purpose.LIMIT_FORM, n));
        }
        return switch (form) {
            case "seconds" -> answer.with("Retry-After", Long.toString(seconds));
            case "fraction" ->
                answer.with("Retry-After",
                        String.format(Locale.ROOT, "%.3f", (double) wait.toNanos() / (1000 * MILLI)));
            case "date" -> answer.with("Retry-After", date(serverTime.plusSeconds(seconds)));
            case "reset" -> answer.with("X-RateLimit-Remaining", "0").with("X-RateLimit-Reset",
                    Long.toString(serverTime.plus(wait).plusNanos(999_999_999).getEpochSecond()));
            default -> answer;
        };
    }

    /** As HTTP writes a time (RFC 9110, section 5.6.7). */
    static String date(Instant time) {
        return DATE.format(time);
    }
}
