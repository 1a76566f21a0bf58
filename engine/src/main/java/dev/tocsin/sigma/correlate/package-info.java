/**
 * Correlations: from matches of rules to alerts about groups of them. A library: knows no log, no configuration, no clock.
 *
 * <p>In: {@link dev.tocsin.sigma.correlate.CorrelationRule} (read by {@link dev.tocsin.sigma.SigmaRules}), matches with
 * their event time, and watermarks: "nothing earlier than this comes any more". Out: {@link
 * dev.tocsin.sigma.correlate.Firing}, each with the matches that made it fire.
 *
 * <p>Promised: what fires is a pure function of the set of matches and the rules. Matches wait until the watermark has
 * passed them, are then taken in the order of (time, event id), and timers are taken between them at their own times; so
 * neither the order of arrival nor the steps of the watermark nor a restart changes anything. Only a match that comes
 * behind the watermark is refused, and the caller is told.
 *
 * <p>{@link dev.tocsin.sigma.correlate.CorrelationEngine} does everything in one place, for tests and for files;
 * {@link dev.tocsin.sigma.correlate.CorrelationSet} (which match goes where) and {@link
 * dev.tocsin.sigma.correlate.Correlator} (the state of groups) are its halves, between which a log may stand. Both state
 * and engine belong to one thread; rules and sets are immutable.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.sigma.correlate;
