package dev.tocsin.fabric;

/**
 * What became of a message. None of them says that a receiver has handled it: that is for the receiver to answer.
 */
public enum Published {
    /** It is on its way to everybody who wants it, which may be nobody. */
    ACCEPTED,
    /** The same, and for at least one slow receiver it waits on disk. */
    SPILLED,
    /** A receiver had no room. {@link Client#publish} has waited and the message was taken; to {@link Client#tryPublish} it was not. */
    BLOCKED
}
