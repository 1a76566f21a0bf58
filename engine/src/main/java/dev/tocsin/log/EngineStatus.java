package dev.tocsin.log;

/**
 * An engine as the log sees it.
 *
 * @param workers that read {@code events} for it now
 * @param lag records of {@code events} that it has not handled yet; transactions' marks count, so a few are none
 */
public record EngineStatus(String engine, int workers, long lag) {
}
