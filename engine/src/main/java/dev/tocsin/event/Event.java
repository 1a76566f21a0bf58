package dev.tocsin.event;

import java.time.Instant;

/**
 * An event, or an alert, on its way: an envelope around a body.
 *
 * @param id what it is called everywhere
 * @param customer whose it is; decided by the listener, never by the content
 * @param source the configured source that brought it in
 * @param origin where it was collected
 * @param key events of equal key keep their order; usually the sender's address or the file
 * @param time event time; before the event was parsed, the time of arrival
 * @param index name of the index it goes to, stamped once from event time; empty before it was parsed
 * @param logSource what kind of log it is from
 * @param json the body as UTF-8 JSON, one object; not to be changed
 */
public record Event(EventId id, String customer, String source, Origin origin, String key, Instant time, String index,
        LogSource logSource, byte[] json) {

    /** The same event with another body, as a stage passes it on. */
    public Event with(Instant newTime, String newIndex, LogSource newLogSource, byte[] newJson) {
        return new Event(id, customer, source, origin, key, newTime, newIndex, newLogSource, newJson);
    }

    /** A new event made out of this one: same customer, source, origin and key, another name and body. */
    public Event derive(EventId newId, Instant newTime, String newIndex, LogSource newLogSource, byte[] newJson) {
        return new Event(newId, customer, source, origin, key, newTime, newIndex, newLogSource, newJson);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Event e && id.equals(e.id) && java.util.Arrays.equals(json, e.json)
                && customer.equals(e.customer) && source.equals(e.source) && origin.equals(e.origin)
                && key.equals(e.key) && time.equals(e.time) && index.equals(e.index) && logSource.equals(e.logSource);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id + " " + customer + "/" + source + " " + time;
    }
}
