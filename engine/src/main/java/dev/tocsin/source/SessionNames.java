package dev.tocsin.source;

import dev.tocsin.event.EventId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names for the messages of one connection of a protocol that acknowledges them one by one, with many under way. It is
 * {@link Occurrences} plus what this connection has sent and not been told yet: two equal messages of one connection are
 * two events, though neither is acknowledged; an equal message of the next connection is the same one sent again.
 *
 * <p>Bound: what is under way. Thread-safe, because acknowledgements come from another thread.
 */
final class SessionNames {
    private final Occurrences occurrences;
    private final Feed feed;
    private final Map<EventId, UnderWay> underWay = new HashMap<>();

    /** @param next number of the next equal one */
    private record UnderWay(int count, int next) {
    }

    private record Numbered(EventId content, int number) {
    }

    SessionNames(Occurrences occurrences, Feed feed) {
        this.occurrences = occurrences;
        this.feed = feed;
    }

    /** Names for the next messages of the connection. */
    synchronized Occurrences.Named name(List<byte[]> contents) {
        List<EventId> ids = new ArrayList<>(contents.size());
        List<Numbered> numbered = new ArrayList<>(contents.size());
        for (byte[] message : contents) {
            EventId content = EventId.ofContent(feed.customer(), feed.source(), message, 0);
            UnderWay before = underWay.get(content);
            int number = Math.max(occurrences.seen(content), before == null ? 0 : before.next);
            underWay.put(content, new UnderWay(before == null ? 1 : before.count + 1, number + 1));
            numbered.add(new Numbered(content, number));
            ids.add(number == 0 ? content : EventId.ofContent(feed.customer(), feed.source(), message, number));
        }
        return new Occurrences.Named(ids, () -> acknowledged(numbered));
    }

    private synchronized void acknowledged(List<Numbered> numbered) {
        for (Numbered n : numbered) {
            occurrences.raise(n.content, n.number + 1);
            underWay.computeIfPresent(n.content, (_, w) -> w.count == 1 ? null : new UnderWay(w.count - 1, w.next));
        }
    }
}
