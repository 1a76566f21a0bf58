package dev.tocsin.source.api;

import java.time.Instant;

/**
 * An event as an API gave it.
 *
 * @param id the vendor's id; where it has none, {@code sha256:<hex>/<n>}: its canonical JSON and which of the equal ones of
 *        its instant it is, so that reading it again gives the same id
 * @param time by the clock that the cursor follows
 * @param json the event as one JSON object, UTF-8; not to be changed
 */
public record ApiEvent(String id, Instant time, byte[] json) {
}
