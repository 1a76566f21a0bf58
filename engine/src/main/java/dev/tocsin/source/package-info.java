/**
 * What brings events in: syslog, RELP, HTTP (HEC, OpenTelemetry, JSON lines), files, Kafka topics, Zeek clusters, event APIs. Sources
 * acknowledge only what the log has made durable.
 *
 * <p>In: bytes from outside, hostile until shown otherwise. Out: events for {@code intake} through the {@link
 * dev.tocsin.source.Collector}, which names and numbers them, and dead letters for what cannot be an event. Promised:
 * nothing acknowledged is lost; when the log cannot take more, sources slow their senders down. A virtual thread for
 * each connection.
 *
 * <p>An event API is read by one process at a time: {@link dev.tocsin.source.ApiSource} leads or stands by, {@code api} reads
 * pages and knows neither log nor leadership, {@code state} says who leads and refuses a stale leader's writes.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.source;
