package dev.tocsin.source.api;

import dev.tocsin.source.api.Transport.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What an answer says about when to come again: seconds, fractions of them, a date, or when the count begins anew. */
final class RetryAfter {
    /** Longer waits are cut into pieces, so that a wrong header does not stop a source for ever. */
    private static final Duration MAX = Duration.ofHours(1);
    /** A smaller number counts seconds from now, a greater one since 1970. */
    private static final double EPOCH_MIN = 1e9;

    private RetryAfter() {
    }

    static Optional<Duration> of(Answer answer, Instant serverNow) {
        return answer.header("retry-after").flatMap(text -> wait(text, serverNow))
                .or(() -> answer.header("x-ratelimit-reset").or(() -> answer.header("ratelimit-reset"))
                        .flatMap(text -> wait(text, serverNow)))
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
                .map(wait -> wait.compareTo(MAX) > 0 ? MAX : wait);
    }

    private static Optional<Duration> wait(String text, Instant serverNow) {
        if (text.matches("\\d{1,15}(\\.\\d{1,9})?")) {
            double seconds = Double.parseDouble(text);
            double wait = seconds < EPOCH_MIN ? seconds : seconds - serverNow.toEpochMilli() / 1000.0;
            return Optional.of(Duration.ofMillis((long) Math.ceil(Math.max(0, wait) * 1000)));
        }
        return ServerClock.parse(text).map(time -> Duration.between(serverNow, time));
    }
}
