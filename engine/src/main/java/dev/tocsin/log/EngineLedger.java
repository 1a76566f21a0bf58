package dev.tocsin.log;

import dev.tocsin.event.Digest;
import java.util.Map;

/**
 * What the ledger says of the alerts that an engine made, minute by minute of alert time.
 *
 * @param usable whether it counts each of them once: not when a stage of the engine was made to read again
 * @param made alerts, published or withheld
 * @param turnedAway how many events of a customer the engine's gate did not let in; without those of whom it let in all
 */
public record EngineLedger(boolean usable, Map<Cell, Digest> made, Map<String, Long> turnedAway) {
    /** @param minute in minutes since 1970 */
    public record Cell(String customer, long minute) {
    }

    public EngineLedger {
        made = Map.copyOf(made);
        turnedAway = Map.copyOf(turnedAway);
    }
}
