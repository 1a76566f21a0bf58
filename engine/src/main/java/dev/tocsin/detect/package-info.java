/**
 * Engines: the stage that applies rules to events and raises alerts.
 *
 * <p>In: the stream {@code events}. Out: the stream {@code alerts}; each event is then done. Rules come through the port
 * {@link dev.tocsin.detect.Ruleset}, so that this room does not care which language they are written in; {@link
 * dev.tocsin.detect.ActiveRules} holds the set in force, which may be exchanged while events flow.
 *
 * <p>Promised: the alerts are a pure function of the events and the rules (no clock, no randomness; an alert's id is made of
 * the rule's id and the event's), and a rule that fails on an event takes no other rule with it.
 *
 * <p>Threads: a {@link dev.tocsin.detect.DetectStage} belongs to its worker; {@link dev.tocsin.detect.ActiveRules} and rule
 * sets may be used by any.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.detect;
