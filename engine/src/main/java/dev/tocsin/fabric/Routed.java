package dev.tocsin.fabric;

import java.util.UUID;

/**
 * What travels by topic: a message, or in its place the note that messages are missing.
 *
 * <p>An origin gives its messages two numbers. The {@code sequence} rises over all of its topics and never repeats: it
 * tells what is old. The {@code ordinal} counts the messages of one topic without a hole: it tells what is missing, and how
 * many, also to those who see only some of the topics.
 */
public sealed interface Routed permits Message, Gap {
    String topic();

    /** The endpoint that published it. */
    UUID origin();

    /** From 1, rising within the origin. */
    long sequence();

    /** From 1, without holes within origin and topic. */
    long ordinal();

    /** What it takes in memory, roughly. */
    int weightBytes();
}
