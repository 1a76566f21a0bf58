/**
 * The durable log. The only room that knows Kafka: embedded in this process by default, a cluster by one setting.
 *
 * <p>In: events from sources through an {@link dev.tocsin.log.Appender}. Out: events to stages through the
 * stage loop. Promised: what was acknowledged is on disk; each stage handles each event exactly
 * once, with its outputs, offsets, state and ledger in one transaction; what cannot be handled is kept in {@code dead}.
 * The topics of the fabric's replicated stores are here, too, behind the port that {@code fabric.store} says, and those of
 * numbered changes, such as flags.
 *
 * <p>Threads: one platform thread for each stage worker, one for the appender; everything else is thread-safe.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.log;
