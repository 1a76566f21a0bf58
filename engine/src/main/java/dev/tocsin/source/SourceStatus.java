package dev.tocsin.source;

import java.time.Instant;

/**
 * One source as seen now.
 *
 * @param address where it listens or what it reads
 * @param state {@code running}, {@code waiting} (the log takes no more), {@code failing} or {@code stopped}
 * @param received events read from outside since the start
 * @param durable of these, how many the log has
 * @param dead of these, how many went to {@code dead}
 * @param lastEvent when the last one was read; since the start, if none was: when that was
 * @param lost what is known to have been lost before us, such as the kernel's dropped datagrams
 */
public record SourceStatus(String name, String type, String address, String state, long received, long durable,
        long dead, long lost, double perSecond, Instant lastEvent, String error) {
}
