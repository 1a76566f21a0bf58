package dev.tocsin.log;

/** One stream as seen now. {@code records} counts from the first kept to the last written, transaction marks included. */
public record StreamStatus(String name, int partitions, long records, double recordsPerSecond) {
}
