package dev.tocsin.sink;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * When a receiver may be asked again: when it said so, else after a random part of a time that doubles with each failure
 * ("full jitter"), so that many senders do not come back at once. For one thread.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration MAX = Duration.ofMinutes(1);
    /** A worker that is to stop waits no longer; what is beyond is left to the loop, which comes again. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(3);
    private static final int DOUBLINGS_MAX = 20;

    private final InstantSource clock;
    private final RandomGenerator random;
    private final Duration first;
    private Instant notBefore = Instant.MIN;
    private String reason = "";
    private int failures;

    /** @param first the most that is waited after one failure, when the receiver does not say */
    Backoff(InstantSource clock, RandomGenerator random, Duration first) {
        this.clock = clock;
        this.random = random;
        this.first = first;
    }

    static Backoff standard() {
        return new Backoff(InstantSource.system(), RandomGenerator.getDefault(), FIRST);
    }

    /** @throws IOException when it is not yet time, and will not be soon */
    void await() throws IOException {
        Duration wait = Duration.between(clock.instant(), later(notBefore));
        if (wait.compareTo(WAIT_MAX) > 0) {
            throw new IOException(reason + "; it is asked again in " + (wait.toMillis() + 999) / 1000 + " s");
        }
        if (wait.isPositive()) {
            try {
                Thread.sleep(wait);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped while waiting for the receiver");
            }
        }
    }

    private static Instant later(Instant instant) {
        return instant.isBefore(Instant.EPOCH) ? Instant.EPOCH : instant;
    }

    void succeeded() {
        failures = 0;
        notBefore = Instant.MIN;
    }

    /** @return for the caller to throw */
    IOException failed(HttpTarget target, HttpAnswer answer) {
        Instant now = clock.instant();
        return failed("cannot deliver to " + target + ": " + answer, answer.retryAfter(now).orElseGet(this::jitter),
                null);
    }

    /** @return for the caller to throw */
    IOException failed(HttpTarget target, IOException cause) {
        return failed("cannot deliver to " + target + ": " + cause.getMessage(), jitter(), cause);
    }

    /** @return for the caller to throw */
    IOException failed(String why) {
        return failed(why, jitter(), null);
    }

    private IOException failed(String why, Duration wait, @org.jspecify.annotations.Nullable IOException cause) {
        failures++;
        notBefore = clock.instant().plus(wait);
        reason = why;
        return new IOException(why, cause);
    }

    private Duration jitter() {
        long most = Math.min(MAX.toMillis(), first.toMillis() << Math.min(failures, DOUBLINGS_MAX));
        return Duration.ofMillis(random.nextLong(most + 1));
    }
}
