package dev.tocsin.rollout;

import org.jspecify.annotations.Nullable;

/**
 * What a flag says for one engine and event, and why.
 *
 * @param variant which one was chosen; null when none was
 * @param reason in one word
 * @param why one sentence without a full stop
 */
public record Decision(Passage passage, @Nullable String variant, Reason reason, String why) {
    /** How a decision came about; the words are OpenFeature's where it has one. */
    public enum Reason {
        /** The flag has no targeting; its default variant is for all. */
        STATIC,
        /** The targeting chose the variant. */
        TARGETING_MATCH,
        /** The targeting chose none, so the default variant is taken. */
        DEFAULT,
        /** No flag of that name is set. */
        MISSING,
        DISABLED,
        /** The flag does not name the engine. */
        UNNAMED,
        /** The flag cannot be used, or its targeting cannot be evaluated here. */
        ERROR,
        /** The flags cannot be read. */
        UNREADABLE,
        /** The one engine of a log in which this flag was never set. */
        NO_GATE
    }

    static final Decision NO_GATE = new Decision(Passage.OPEN, null, Reason.NO_GATE,
            "this engine has no name of its own, and the flag was never set");

    static Decision held(Reason reason, String why) {
        return new Decision(Passage.HELD, null, reason, why);
    }
}
