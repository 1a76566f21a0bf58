/**
 * Where events and alerts leave the house: files, the terminal, syslog.
 *
 * <p>In: the stream {@code alerts} or {@code events}; each sink is a leg of its own and holds nobody up. Out: lines. Promised
 * of files: after any crash, each line is there exactly once; what the log has recorded as written is never cut off. Of the
 * terminal: each line at least once. Of syslog: see {@link
 * dev.tocsin.sink.SyslogSink}. A sink that cannot write throws from {@code flush}, so that its events wait in the
 * log; trouble that a person must know of is said through a {@code Consumer<Problem>}.
 *
 * <p>Threads: a sink belongs to its worker.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.sink;
