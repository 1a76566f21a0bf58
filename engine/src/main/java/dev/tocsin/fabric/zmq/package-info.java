/**
 * Zeek's ZeroMQ cluster backend (Zeek 8.0 and later): its events as a node, and its logs as a logger.
 *
 * <p>In: multipart messages of other nodes, believed only after they were read whole. Out: events on the
 * {@link dev.tocsin.fabric.Hub}, log batches to a {@link dev.tocsin.fabric.zmq.ZeekLogger.Sink}. Promised: no more batches
 * are taken than the sink can keep; ZeroMQ itself acknowledges nothing, so what was on its way when either side died is lost.
 *
 * <p>Threads: one platform thread for each socket that is read.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.fabric.zmq;
