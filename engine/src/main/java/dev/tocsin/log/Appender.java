package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The door through which sources bring events in. Any thread may call it.
 *
 * <p>Calls of many sources are gathered into one transaction. The future completes when the events are durable (on
 * disk, not only in memory): only then may a source acknowledge. When the log cannot take more, {@link #append} blocks:
 * that is the back-pressure, and a source passes it on (does not read its socket, answers 503).
 */
public interface Appender {
    /**
     * @param events for {@code intake}, or ready-made for another stream
     * @param dead what could not be made an event, with its cause
     * @param cursors positions of the sources, by cursor name, written in the same transaction
     * @return completes exceptionally when the log is closed for good, or when one of the events is larger than the log
     *         takes (a source's own limits are far below); then nothing is promised
     */
    CompletableFuture<Void> append(List<Event> events, List<DeadLetter> dead, Map<String, String> cursors);

    /** True while the log refuses (disk ceiling reached, log down): a source with a protocol for it says "later". */
    boolean refuses();

    /** An event that could not be handled, and why. */
    record DeadLetter(Event event, String cause) {
        /** As it stands in {@code dead}: the event as it was, who could not handle it, the stream it came from, and the cause. */
        public Event letter(String stage, Stream stream) {
            return DeadLetters.wrap(event, stage, stream.topic(), cause);
        }
    }
}
