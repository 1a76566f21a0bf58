package dev.tocsin.log;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far an engine has read, in whatever process it runs.
 *
 * @param known whether it ever committed a place in {@code events}
 * @param next time of the oldest record that it has not handled of those that were there when it was asked; null when it
 *            has handled them all
 */
public record EngineReach(boolean known, @Nullable Instant next) {
}
