/**
 * The door for people and programs: the HTTP API, the live page, health and metrics; and the HTTP listener of the intake.
 * The only room that knows Javalin; WebSocket clients of the fabric come in on the same port, by a door that the room
 * {@code fabric} makes.
 *
 * <p>In: requests, hostile until shown otherwise. Out: what {@link dev.tocsin.node.NodeApi} says, as JSON, server-sent
 * events and Prometheus text; errors as problem documents (RFC 9457), never with a stack trace. Promised: nothing under
 * {@code /api} without the admin token or a session that was got with it, and no WebSocket without it from elsewhere than
 * this machine; what a slow reader of a live stream misses is
 * told as a gap; text from events leaves as JSON only and is never HTML.
 *
 * <p>Threads: a few platform threads select, each request runs on a virtual thread of its own and may block. Limits:
 * connections, time for headers and bodies, live streams, and bytes waiting for each of them.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.web;
