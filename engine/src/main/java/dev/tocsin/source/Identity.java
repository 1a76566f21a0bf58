package dev.tocsin.source;

import dev.tocsin.event.EventId;
import java.nio.charset.StandardCharsets;

/** What makes an event that event, and so gives it its name; see {@link Occurrences} for the choice. */
sealed interface Identity {
    EventId id(Feed feed, byte[] original);

    /** Its maker numbered it. */
    record Vendor(String id) implements Identity {
        @Override
        public EventId id(Feed feed, byte[] original) {
            return EventId.ofVendor(feed.customer(), feed.source(), id);
        }
    }

    /** All that was said, and which of the equal ones it is; {@link Occurrences} has made the name of both. */
    record Content(EventId name) implements Identity {
        @Override
        public EventId id(Feed feed, byte[] original) {
            return name;
        }
    }

    /**
     * A place in a file, whatever the file is called now and whether it has been compressed since.
     *
     * @param fingerprint names the file by its first line
     * @param offset of the line's first byte in the uncompressed file
     */
    record Position(String fingerprint, long offset) implements Identity {
        @Override
        public EventId id(Feed feed, byte[] original) {
            byte[] place = (fingerprint + "/" + offset + "/").getBytes(StandardCharsets.US_ASCII);
            byte[] content = new byte[place.length + original.length];
            System.arraycopy(place, 0, content, 0, place.length);
            System.arraycopy(original, 0, content, place.length, original.length);
            return EventId.ofContent(feed.customer(), feed.source(), content, 0);
        }
    }
}
