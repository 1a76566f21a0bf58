package dev.tocsin.content;

import java.time.Duration;
import java.util.List;

/** The section {@code content.feed:}, chosen by its {@code type}. */
public sealed interface FeedConfig permits DirectoryFeedConfig, GitFeedConfig, HttpFeedConfig {
    /** How often it is looked at. */
    Duration every();

    /** Whether the good rules of a content go live when others of it are refused. */
    boolean keepGood();

    /** The engines that are to run it. */
    List<String> engines();

    /** In words, for people. */
    String describe();

    /** @throws IllegalArgumentException when that is too often or never */
    static void requireEvery(Duration every) {
        if (every.toMillis() < 100) {
            throw new IllegalArgumentException("every must be at least 100ms");
        }
    }
}
