/**
 * Events: calls by name over the fabric, handled by plain Java methods.
 *
 * <p>In: messages whose payload is an {@link dev.tocsin.fabric.data.EventCall}, from Java, Zeek or any WebSocket client.
 * Out: calls of handlers, and the same kind of messages. Promised: handlers of one
 * {@link dev.tocsin.fabric.event.Events} are called one after the other for each subscription; what cannot be handed over
 * is reported, and the next event is handled.
 *
 * <p>Threads: handlers run in the subscription's thread, and for {@link dev.tocsin.fabric.event.Events#raise} in the
 * caller's.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.fabric.event;
