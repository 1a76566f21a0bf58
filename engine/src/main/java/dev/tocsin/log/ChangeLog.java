package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.util.List;
import java.util.function.Function;

/**
 * Numbered changes of one thing that all nodes share, such as the flags: the whole history in one topic, which everybody
 * follows and to which anybody may append, if nobody else was quicker. Thread-safe.
 */
public interface ChangeLog extends AutoCloseable {
    /**
     * One change.
     *
     * @param revision from 1, without a hole
     */
    record Change(long revision, byte[] value) {
    }

    /** Who follows; called by one thread at a time. */
    interface Follower {
        /** All that was there is going to be given, from the first change on; also when following begins anew. */
        void begin();

        void change(Change change);

        /** All that was there when following began was given. What comes now is new. */
        void current();

        /** What was given may not be how things are any more, for this reason; it is tried again, and then begins anew. */
        void unreadable(String why);
    }

    /** Somebody else has changed it meanwhile. */
    final class ConflictException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final long revision;

        public ConflictException(long expected, long revision) {
            super("revision " + expected + " was expected, but " + revision + " is in force", null, false, false);
            this.revision = revision;
        }

        /** The revision in force. */
        public long revision() {
            return revision;
        }
    }

    /** Begins to follow; once. */
    void follow(Follower follower);

    /**
     * Appends a change; returns when it is durable and visible to all.
     *
     * @param expected the revision that it follows, 0 for the first change
     * @return the revision of the change, {@code expected + 1}
     * @throws ConflictException when another revision is in force. @throws LogException when it is not known to be written
     */
    long append(long expected, byte[] value);

    /**
     * Appends a change that takes effect between two events of each partition of a stream: there a {@link Mark} is written, in
     * the same transaction.
     *
     * @param value makes the change of the offsets at which the mark stands, by partition
     * @throws ConflictException as {@link #append(long, byte[])}
     */
    long append(long expected, Stream stream, Event mark, Function<long[], byte[]> value);

    /** Reads the last changes, oldest first. */
    List<Change> last(int count);

    @Override
    void close();
}
