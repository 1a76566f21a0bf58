/**
 * What brings events in: syslog, HTTP, files. Sources acknowledge only what the log has made durable.
 *
 * <p>In: bytes from outside, hostile until shown otherwise. Out: events for {@code intake} through the {@link
 * dev.tocsin.source.Collector}, which names and numbers them, and dead letters for what cannot be an event. Promised:
 * nothing acknowledged is lost; when the log cannot take more, sources slow their senders down. A virtual thread for
 * each connection.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.source;
