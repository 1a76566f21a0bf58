package dev.tocsin.source;

import dev.tocsin.event.Event;
import dev.tocsin.log.Appender.DeadLetter;
import dev.tocsin.source.state.FencedException;
import java.io.IOException;
import java.util.List;

/** Leadership of one source, and the way of its events as long as it lasts. */
public interface SourceTerm extends AutoCloseable {
    long epoch();

    /** The cursor that was given with the last events of the terms before; empty at the very first. */
    String cursor();

    /**
     * Makes the events durable, and the cursor with them or after them. Called by one thread. Waits as long as it takes.
     *
     * @throws FencedException when another leads by now
     */
    void append(List<Event> events, List<DeadLetter> refused, String cursor)
            throws FencedException, InterruptedException;

    /** Called by another thread, three times in a lease. @throws FencedException when another leads by now */
    void renew() throws IOException;

    /** Whether nobody else can lead yet, by our own clock; a hint, not the fence. */
    boolean isHeld();

    /** Ends the term so that another may lead at once. */
    @Override
    void close();
}
