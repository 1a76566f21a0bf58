/**
 * How the house is doing: checks, their roll-up, metrics.
 *
 * <p>In: checks registered by whoever has something to say. Out: health documents (0 unknown, 1 green, 2 yellow, 3 red)
 * and Prometheus text. Thread-safe.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.health;
