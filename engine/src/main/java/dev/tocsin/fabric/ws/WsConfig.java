package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Delivery;

/**
 * How a WebSocket listener behaves.
 *
 * @param version what acknowledgements say, for people
 * @param delivery how messages wait for a client that reads slowly
 */
public record WsConfig(Dialect dialect, String version, WsLimits limits, Delivery delivery, EventCheck events,
        Admission admission) {
    public static final WsConfig DEFAULT = new WsConfig(Dialect.TOCSIN, "tocsin", WsLimits.DEFAULT, Delivery.DEFAULT,
            EventCheck.ALL, Admission.EVERYBODY);

    public WsConfig withDialect(Dialect other) {
        return new WsConfig(other, version, limits, delivery, events, admission);
    }

    public WsConfig withLimits(WsLimits other) {
        return new WsConfig(dialect, version, other, delivery, events, admission);
    }

    public WsConfig withDelivery(Delivery other) {
        return new WsConfig(dialect, version, limits, other, events, admission);
    }

    public WsConfig withEvents(EventCheck other) {
        return new WsConfig(dialect, version, limits, delivery, other, admission);
    }

    public WsConfig withAdmission(Admission other) {
        return new WsConfig(dialect, version, limits, delivery, events, other);
    }

    public WsConfig withVersion(String text) {
        return new WsConfig(dialect, text, limits, delivery, events, admission);
    }
}
