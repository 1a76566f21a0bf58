package dev.tocsin.web;

import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.RightsByName;

/**
 * The fabric for clients over WebSocket at {@code /v1/messages/json}.
 *
 * @param hub where they publish and subscribe
 * @param delivery how messages wait for one that reads slowly
 * @param rights what they may do
 */
public record FabricAccess(Hub hub, Delivery delivery, RightsByName rights) {
    /** Whoever is admitted may do everything. */
    public static FabricAccess open(Hub hub) {
        return new FabricAccess(hub, Delivery.DEFAULT, RightsByName.OPEN);
    }
}
