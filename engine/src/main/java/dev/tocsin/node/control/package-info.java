/**
 * A node's own affairs over the fabric: live records, log lines, health, and who does what only one may do.
 *
 * <p>In: the log's records, log lines, health checks. Out: messages on topics that begin with {@code tocsin/}, and what
 * other nodes say there. Promised: none of it ever holds up an event; what is left out is told with its number. What nobody
 * subscribes to is not published.
 *
 * <p>Threads: each class has a virtual thread of its own for what may wait, and is thread-safe.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.node.control;
