package dev.tocsin.rollout.parity;

import java.util.Locale;

/**
 * Whose alerts are compared: an engine's, or those of one of its replays. As text {@code green} or {@code green@<run>}.
 *
 * @param run empty for the engine itself
 */
public record Side(String engine, String run) {
    public Side {
        engine = engine.toLowerCase(Locale.ROOT);
        if (!engine.matches("[a-z0-9][a-z0-9._-]*") || !run.matches("[a-z0-9]*")) {
            throw new IllegalArgumentException("a side is an engine or ENGINE@RUN, not \"" + engine
                    + (run.isEmpty() ? "" : "@" + run) + "\"");
        }
    }

    /** @throws IllegalArgumentException when it cannot be one */
    public static Side parse(String text) {
        String[] parts = text.strip().split("@", 2);
        if (parts.length == 2 && parts[1].isEmpty()) {
            throw new IllegalArgumentException("a side is an engine or ENGINE@RUN, not \"" + text + "\"");
        }
        return new Side(parts[0], parts.length == 2 ? parts[1] : "");
    }

    boolean isReplay() {
        return !run.isEmpty();
    }

    @Override
    public String toString() {
        return run.isEmpty() ? engine : engine + "@" + run;
    }
}
