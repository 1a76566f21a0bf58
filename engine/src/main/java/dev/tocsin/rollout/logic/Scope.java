package dev.tocsin.rollout.logic;

import org.jspecify.annotations.Nullable;

/** What a targeting rule may ask of the one for whom it decides. */
public interface Scope {
    /** @return null when the variable has no value */
    @Nullable
    Object get(String variable);

    /** Whether the value is known already; asked when an expression is folded. */
    default boolean knows(String variable) {
        return true;
    }

    /**
     * A branch was taken.
     *
     * @param path where the condition stands, as a JSON pointer
     * @param condition the condition as JSON
     * @param value what it came to
     */
    default void decided(String path, String condition, @Nullable Object value) {
    }
}
