package dev.tocsin.source.api;

import dev.tocsin.config.DurationText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Where a first run begins: at the server's present, at the oldest that there is, at a time, or so long ago. */
public record Start(Optional<Instant> time, Optional<Duration> ago) {
    /** Before any event API; what {@code beginning} means where the vendor keeps everything. */
    static final Instant OLDEST = Instant.parse("2000-01-01T00:00:00Z");

    /** @throws IllegalArgumentException when the text is none of these */
    public static Start of(String text) {
        if (text.equals("now")) {
            return new Start(Optional.empty(), Optional.of(Duration.ZERO));
        }
        if (text.equals("beginning")) {
            return new Start(Optional.of(OLDEST), Optional.empty());
        }
        try {
            return text.contains("T")
                    ? new Start(Optional.of(OffsetDateTime.parse(text).toInstant()), Optional.empty())
                    : new Start(Optional.empty(), Optional.of(DurationText.parse(text)));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException("start \"" + text + "\" cannot be read; write now, beginning, 7d, or a"
                    + " time such as 2026-01-31T08:00:00Z", e);
        }
    }

    Instant at(Instant now) {
        return time.orElseGet(() -> now.minus(ago.orElseThrow()));
    }
}
