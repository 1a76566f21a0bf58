package dev.tocsin.sink;

import dev.tocsin.base.Printable;
import dev.tocsin.base.RetryAfter;
import dev.tocsin.event.Json;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What a receiver answered. */
record HttpAnswer(int status, HttpHeaders headers, byte[] body) {
    private static final int SHOWN_MAX = 300;
    private static final Duration WAIT_MAX = Duration.ofMinutes(10);

    boolean isGood() {
        return status >= 200 && status < 300;
    }

    /** Busy: it took nothing, and may later. */
    boolean isBusy() {
        return status == 429 || status == 503;
    }

    /** The body as JSON; a missing node when it is none. */
    JsonNode json() {
        try {
            return Json.read(body);
        } catch (JacksonException _) {
            return Json.object().path("none");
        }
    }

    /** How long it asks to be left alone: {@code Retry-After} in seconds, fractions allowed, or as a date. */
    Optional<Duration> retryAfter(Instant now) {
        return RetryAfter.of(headers::firstValue, now, WAIT_MAX);
    }

    /** For people: the status and the beginning of what it said. */
    @Override
    public String toString() {
        String text = Printable.clip(new String(body, StandardCharsets.UTF_8).strip(), SHOWN_MAX);
        return "it answered " + status + (text.isEmpty() ? "" : ": " + text);
    }
}
