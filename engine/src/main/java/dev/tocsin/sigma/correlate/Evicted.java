package dev.tocsin.sigma.correlate;

/**
 * Something that was forgotten before its time because a limit was reached: what it would have led to is lost.
 *
 * @param matches how many
 */
public record Evicted(CorrelationRule rule, GroupKey group, int matches) {
}
