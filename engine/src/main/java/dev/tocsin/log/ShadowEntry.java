package dev.tocsin.log;

import dev.tocsin.event.EventId;
import java.time.Instant;

/**
 * What a gate withheld.
 *
 * @param kind alert, or event: one that no gate could decide about
 * @param time of the event, or of the alert
 * @param engine that withheld it
 * @param rule whose alert it is; empty for events
 * @param decided whether somebody decided so, an owner or a flag; if not, it could not be told and a person should look
 * @param released whether it was released since
 */
public record ShadowEntry(EventId id, String kind, Instant time, String customer, String engine, String rule,
        boolean decided, String reason, boolean released) {
    ShadowEntry letGo() {
        return new ShadowEntry(id, kind, time, customer, engine, rule, decided, reason, true);
    }
}
