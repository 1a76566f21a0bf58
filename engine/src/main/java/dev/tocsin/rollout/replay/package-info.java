/**
 * An engine run over the past, beside the one that lives.
 *
 * <p>In: a period of {@code events}. Out: alerts in {@code shadow} that name the run, and a report of what it took. Promised:
 * nothing that lives is touched; the alerts are those that the engine would have raised in that time, with the same ids; at the
 * end nothing is left of it but its alerts and its report.
 *
 * <p>Threads: the stages have their own; each replay has one that watches over it.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.rollout.replay;
