package dev.tocsin.log;

import dev.tocsin.event.EventId;
import java.time.Instant;

/**
 * One record of {@code dead}.
 *
 * @param original what came, as text; bytes that are not UTF-8 are shown as {@code base64:…}
 * @param state {@code waiting}, {@code replayed} or {@code dropped}
 */
public record DeadEntry(EventId id, Instant time, String stage, String customer, String source, String cause,
        String original, String state) {
}
