package dev.tocsin.fabric.ws;

import java.time.Duration;

/**
 * How much one WebSocket listener bears.
 *
 * @param connectionsMax at once; further ones wait in the backlog of the port
 * @param messageBytesMax of one message, its fragments together; a longer one is answered by an error and close 1009
 * @param handshakeWithin from the opening to the subscriptions; later is answered by an error and close 1008
 * @param pingEvery how often the server pings
 * @param pongWithin how long a client may leave pings unanswered before it is closed with 1011; time in which it does not
 *            take what is sent to it does not count
 * @param closeWithin how long a client may take to answer a close
 */
public record WsLimits(int connectionsMax, int messageBytesMax, Duration handshakeWithin, Duration pingEvery,
        Duration pongWithin, Duration closeWithin) {
    public static final WsLimits DEFAULT = new WsLimits(5000, 8 << 20, Duration.ofSeconds(10), Duration.ofSeconds(5),
            Duration.ofSeconds(15), Duration.ofSeconds(5));

    public WsLimits withMessageBytesMax(int bytes) {
        return new WsLimits(connectionsMax, bytes, handshakeWithin, pingEvery, pongWithin, closeWithin);
    }

    public WsLimits withHandshakeWithin(Duration most) {
        return new WsLimits(connectionsMax, messageBytesMax, most, pingEvery, pongWithin, closeWithin);
    }

    public WsLimits withPings(Duration every, Duration answeredWithin) {
        return new WsLimits(connectionsMax, messageBytesMax, handshakeWithin, every, answeredWithin, closeWithin);
    }
}
