package dev.tocsin.fabric.cluster;

import dev.tocsin.fabric.data.Value;

/**
 * One entry of a log.
 *
 * @param stream the log that it belongs to, such as {@code conn}
 * @param value usually a vector of fields
 */
public record LogRow(String stream, Value value) {
}
