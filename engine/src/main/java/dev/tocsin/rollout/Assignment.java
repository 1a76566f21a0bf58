package dev.tocsin.rollout;

import dev.tocsin.log.EngineStages;

/**
 * Whose alerts an engine publishes.
 *
 * @param customer or {@code *} for all that are not named
 * @param source whose events lead to the alerts, or {@code *} for all that are not named; alerts of correlations are of the source
 *         {@code correlate}
 * @param engine or empty for none: then only the flags decide
 */
public record Assignment(String customer, String source, String engine) {
    /** For all that are not named. */
    public static final String ALL = "*";
    private static final int NAME_MAX = 256;

    public Assignment {
        if (customer.isBlank() || customer.length() > NAME_MAX || source.isBlank() || source.length() > NAME_MAX) {
            throw new IllegalArgumentException("an owner is for a customer and a source, each of 1 to " + NAME_MAX
                    + " characters, or " + ALL);
        }
        if (!engine.isEmpty()) {
            EngineStages.requireName(engine);
        }
    }

    /** What it is about. */
    record Route(String customer, String source) {
    }

    Route route() {
        return new Route(customer, source);
    }
}
