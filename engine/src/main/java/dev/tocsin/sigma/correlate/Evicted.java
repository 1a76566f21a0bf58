package dev.tocsin.sigma.correlate;

/**
 * Something that was forgotten before its time, because a limit was reached or deciding it failed: what it would have led to
 * is lost.
 *
 * @param matches how many
 * @param cause a clause
 */
public record Evicted(CorrelationRule rule, GroupKey group, int matches, String cause) {
}
