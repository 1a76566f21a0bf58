package dev.tocsin.fabric.store;

import java.time.Duration;
import java.util.Objects;

/**
 * What a mutation says about when its key goes. The time counts from this modification.
 *
 * @param millis only for {@link Kind#AFTER}: at least 1
 */
public record Expiry(Kind kind, long millis) {
    /** The span that the key has stays and begins anew; a key that has none, or is new, stays for good. */
    public static final Expiry KEEP = new Expiry(Kind.KEEP, 0);
    /** From now on the key stays for good. */
    public static final Expiry NEVER = new Expiry(Kind.NEVER, 0);

    private static final long MILLIS_MAX = Duration.ofDays(36_500).toMillis();

    /** What to do with the span that is there. */
    public enum Kind {
        KEEP,
        NEVER,
        AFTER
    }

    public Expiry {
        Objects.requireNonNull(kind);
        if (kind == Kind.AFTER && (millis < 1 || millis > MILLIS_MAX)) {
            throw new IllegalArgumentException("a key expires after a millisecond at least and 100 years at most");
        }
    }

    /** Rounded up to milliseconds. */
    public static Expiry after(Duration span) {
        return new Expiry(Kind.AFTER, span.plusNanos(999_999).toMillis());
    }
}
