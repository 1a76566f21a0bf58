package dev.tocsin.web;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An answer that is used again for a short while, so that many askers cost no more than one. Thread-safe. */
final class Recent<T> {
    private final Supplier<T> source;
    private final long maxAgeNanos;
    private @Nullable T value;
    private long atNanos;

    Recent(Supplier<T> source, Duration maxAge) {
        this.source = source;
        maxAgeNanos = maxAge.toNanos();
    }

    synchronized T get() {
        T known = value;
        if (known != null && System.nanoTime() - atNanos < maxAgeNanos) {
            return known;
        }
        T fresh = source.get();
        value = fresh;
        atNanos = System.nanoTime();
        return fresh;
    }
}
