package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Delivery;

/**
 * How a WebSocket listener behaves.
 *
 * @param version what acknowledgements say, for people
 * @param delivery how messages wait for a client that reads slowly
 * @param openEverywhere to listen off this machine without TLS or for everybody, too; whoever reaches the port may then
 *            read and publish
 */
public record WsConfig(Dialect dialect, String version, WsLimits limits, Delivery delivery, EventCheck events,
        Admission admission, boolean openEverywhere) {
    public static final WsConfig DEFAULT = new WsConfig(Dialect.TOCSIN, "tocsin", WsLimits.DEFAULT, Delivery.DEFAULT,
            EventCheck.ALL, Admission.EVERYBODY, false);

    public WsConfig withDialect(Dialect other) {
        return new WsConfig(other, version, limits, delivery, events, admission, openEverywhere);
    }

    public WsConfig withLimits(WsLimits other) {
        return new WsConfig(dialect, version, other, delivery, events, admission, openEverywhere);
    }

    public WsConfig withDelivery(Delivery other) {
        return new WsConfig(dialect, version, limits, other, events, admission, openEverywhere);
    }

    public WsConfig withEvents(EventCheck other) {
        return new WsConfig(dialect, version, limits, delivery, other, admission, openEverywhere);
    }

    public WsConfig withAdmission(Admission other) {
        return new WsConfig(dialect, version, limits, delivery, events, other, openEverywhere);
    }

    public WsConfig withVersion(String text) {
        return new WsConfig(dialect, text, limits, delivery, events, admission, openEverywhere);
    }

    /** Also off this machine without TLS or rights. */
    public WsConfig withOpenEverywhere() {
        return new WsConfig(dialect, version, limits, delivery, events, admission, true);
    }
}
