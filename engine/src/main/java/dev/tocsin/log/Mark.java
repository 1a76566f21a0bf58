package dev.tocsin.log;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import java.time.Instant;

/**
 * A mark stands between the events of a stream and says something about the stream, such as how far its time has come. It
 * comes to a stage among the events, in the order of the partition; it is no event: it is not settled, and the ledger does
 * not count it.
 */
public final class Mark {
    static final String INDEX = "~mark";

    private Mark() {
    }

    /** @param source the stage that says it */
    public static Event of(String name, String source, String site, Instant time, byte[] json) {
        return new Event(EventId.ofVendor("", source, name), "-", source, new Origin(site, source, 0, 0), name, time,
                INDEX, LogSource.UNKNOWN, json);
    }

    public static boolean is(Event event) {
        return event.index().equals(INDEX);
    }
}
