/**
 * Where events and alerts leave the house: files, the terminal, syslog, RELP, Splunk, OpenSearch, webhooks, Kafka.
 *
 * <p>In: the stream {@code alerts} or {@code events}; each sink is a leg of its own and holds nobody up. Promised: of files
 * and Kafka, that each event is there exactly once after any crash; of OpenSearch, the same by its id; of RELP, Splunk and
 * webhooks, that the receiver has acknowledged it before the commit, so at least once; of the terminal, at least once; of
 * syslog, see {@link dev.tocsin.sink.SyslogSink}. A sink depends on nothing of the log but {@link dev.tocsin.log.Stage}, and
 * remembers only what is in its {@link dev.tocsin.log.State}.
 *
 * <p>A sink that cannot deliver throws from {@code handle} or {@code flush}, so that its events wait in the log; what its
 * receiver refuses for good it says to be dead, in {@code handle}; trouble that a person must know of is said through a
 * {@code Consumer<Problem>}. {@link dev.tocsin.sink.SinkCounts} says what was sent again and of what nobody knows.
 *
 * <p>Threads: a sink belongs to its worker.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.sink;
