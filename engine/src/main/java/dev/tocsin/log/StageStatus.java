package dev.tocsin.log;

import java.util.Map;

/**
 * One stage as seen now; the counts are since this process started, the ledger has them since ever.
 *
 * @param state {@code running}, {@code paused}, {@code restoring}, {@code failing} (retrying; see error) or
 *            {@code stopped}
 * @param lag records in its input streams that it has not handled
 * @param error what troubles it and what happens now, or empty
 */
public record StageStatus(String name, String state, long in, long made, long out, Map<String, Long> dropped, long dead,
        long held, double inPerSecond, long lag, String error) {
}
