package dev.tocsin.content;

import java.io.IOException;
import java.time.Duration;

/** A place that content comes from by itself. Used by one thread. */
interface FeedSource extends AutoCloseable {
    /** Names what is there now; cheap, and the same while nothing changes. @throws IOException when it cannot be looked at */
    String look() throws IOException;

    /** All of what was there at the last look; throws when it has changed since. */
    ContentTree read() throws IOException;

    /** Waits for a change, or so long. @return false when interrupted */
    default boolean await(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    default void close() {
    }

    /** Opens what the configuration names. */
    static FeedSource of(FeedConfig config, ContentLimits limits) {
        return switch (config) {
            case DirectoryFeedConfig directory -> new DirectoryFeed(directory.path(), limits);
            case GitFeedConfig git -> new GitFeed(git, limits);
            case HttpFeedConfig http -> new HttpFeed(http, limits);
        };
    }
}
