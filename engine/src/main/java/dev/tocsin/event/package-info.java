/**
 * The event: what it is, how it is named, how it is written. Pure; imports no other room.
 *
 * <p>An {@link dev.tocsin.event.Event} is an envelope (id, customer, source, origin, time, log source, target index)
 * around a body, the event as UTF-8 JSON. The {@link dev.tocsin.event.EventId} is a pure function of where the event
 * came from, so that the same event read twice is the same event; the {@link dev.tocsin.event.Origin} numbers what one
 * node collected, so that a gap can be seen; a {@link dev.tocsin.event.Digest} is what the ledger adds up.
 *
 * <p>All types are immutable and may be used by any thread, except {@link dev.tocsin.event.Digest.Adder}.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.event;
