package dev.tocsin.content;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which engine runs what on which node.
 *
 * @param node that answers
 * @param revision of the last announcement; 0 before the first
 * @param unknown why the announcements may not be the newest, or empty
 * @param key public key of the node that answers
 */
public record ContentStatus(String node, long revision, String unknown, String key, List<Engine> engines) {
    public ContentStatus {
        engines = List.copyOf(engines);
    }

    /**
     * An engine on a node.
     *
     * @param state {@code current}; {@code changing}; {@code stale} when that takes too long; {@code silent} when the node
     * says nothing any more; {@code configured} when no bundle was announced for it
     * @param desired commit that it is to run, or empty
     * @param running commit that it runs
     * @param since when it began to run it
     * @param ageSeconds since then
     * @param behindSeconds since when it ought to run another one, or 0
     * @param said when the node last said so
     * @param problem why it does not, or empty
     */
    public record Engine(String engine, String node, String state, String desired, String desiredBundle,
            long desiredRevision, String running, String runningBundle, long runningRevision, @Nullable Instant since,
            long ageSeconds, long behindSeconds, @Nullable Instant said, String problem) {
        /** Whether somebody must look. */
        public boolean isStale() {
            return state.equals("stale");
        }
    }
}
