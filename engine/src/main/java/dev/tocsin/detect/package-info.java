/**
 * Engines: the stages that apply rules to events, correlate what they match, and raise alerts.
 *
 * <p>In: the stream {@code events}. Out: the stream {@code alerts}; each event is then done. What correlations want goes
 * through the stream {@code matches}, keyed by group, to the {@link dev.tocsin.detect.CorrelateStage}. Rules come through
 * the port {@link dev.tocsin.detect.Ruleset}, so that this room does not care which language they are written in; {@link
 * dev.tocsin.detect.ActiveRules} holds the set in force, which may be exchanged while events flow.
 *
 * <p>Promised: the alerts are a pure function of the events and the rules, for correlations as long as events come within the
 * lateness (the clock only says when a source is idle; an alert's id is made of the rule's id and the events'). A rule that
 * fails on an event takes no other rule with it: it owes that event, is parked when it goes on so, and catches up from the log.
 *
 * <p>Threads: a {@link dev.tocsin.detect.DetectStage} belongs to its worker; {@link dev.tocsin.detect.ActiveRules} and rule
 * sets may be used by any.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.detect;
