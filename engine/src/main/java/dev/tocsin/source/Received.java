package dev.tocsin.source;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event as it came.
 *
 * @param key events of one key keep their order; the same when the event is sent again
 * @param original the bytes of the event itself; not to be changed
 * @param arrival when we read it
 * @param sent when the sender says it was, if its envelope says so
 * @param peer address of the sender; empty for files
 * @param beside what a HEC envelope, or a Kafka record, said beside the event
 */
record Received(Feed feed, String key, byte[] original, Instant arrival, @Nullable Instant sent, String peer,
        @Nullable ObjectNode beside, Identity identity) {

    /** What came but cannot be an event, and why. */
    record Refused(Received what, String cause) {
    }
}
