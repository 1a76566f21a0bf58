package dev.tocsin.rollout;

import dev.tocsin.rollout.logic.Scope;
import org.jspecify.annotations.Nullable;

/**
 * For whom a flag decides.
 *
 * @param isNamed whether the engine was given its name; the one engine of a log that has none is called blue
 * @param rule empty at ingress
 * @param key what a share is told by unless it says otherwise: the id of the event, or of the alert; its text counts
 */
public record Subject(String engine, boolean isNamed, String customer, String source, String site, String rule,
        Object key) {

    Scope scope(String flag) {
        return variable -> get(flag, variable);
    }

    /** What is known of all events of a customer at one engine. */
    Scope ofCustomer(String flag) {
        return new Scope() {
            @Override
            public @Nullable Object get(String variable) {
                return Subject.this.get(flag, variable);
            }

            @Override
            public boolean knows(String variable) {
                return switch (variable) {
                    case "engine", "customer", "site", "$flagd.flagKey" -> true;
                    default -> false;
                };
            }
        };
    }

    @Nullable
    Object get(String flag, String variable) {
        return switch (variable) {
            case "engine" -> engine;
            case "customer" -> customer;
            case "source" -> source;
            case "site" -> site;
            case "rule" -> rule;
            case "targetingKey" -> key.toString();
            case "$flagd.flagKey" -> flag;
            default -> null;
        };
    }
}
