/**
 * The WebSocket wire, JSON version 1, that Broker spoke and Zeek speaks: as server and as client of the hub.
 *
 * <p>In: frames of strangers. Out: messages on the {@link dev.tocsin.fabric.Hub}, and what clients subscribed to. Promised:
 * strings keep every byte in both directions; an error is answered and the connection stays usable; a client that sends
 * faster than the hub takes is not read from and never disconnected for it; one that reads too slowly has its messages
 * wait as its subscription's policy says. Limits: {@link dev.tocsin.fabric.ws.WsLimits}.
 *
 * <p>Threads: Jetty's read and write; each connection has one virtual thread that publishes and one of its subscription.
 * A client connection of ours reads in a virtual thread of its own.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.fabric.ws;
