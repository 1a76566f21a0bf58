/**
 * The targeting language of feature flags: JsonLogic with flagd's operators, as <a
 * href="https://flagd.dev/reference/flag-definitions/#targeting-rules">flagd's reference</a> and <a
 * href="https://jsonlogic.com/operations.html">jsonlogic.com</a> say.
 *
 * <p>In: JSON. Out: an immutable {@link dev.tocsin.rollout.logic.Expression}, which can be evaluated, and which can be folded
 * by what is known already, so that only what differs from event to event is left to be evaluated for each. Promised: no
 * clock, no randomness, no loops; the same context gives the same answer on every machine. Usable by any thread.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.rollout.logic;
