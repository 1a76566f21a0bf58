package dev.tocsin.source;

import dev.tocsin.event.EventId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of several equal events is this one?
 *
 * <p>An event's name must be the same when it is sent again and another when it happened again. An event with a vendor's
 * id, or a place in a file, answers that by itself. For all others the sender's words are all there is, and two equal
 * messages are either one event sent twice or two events. What tells them apart is the acknowledgement: a sender repeats
 * what was not acknowledged and does not repeat what was. So the name is the hash of all that the sender said about the
 * event (its time included) and the number of equal contents that were <em>already acknowledged</em> to this source's
 * senders, plus the position among equals within the same request.
 *
 * <p>From this follows: a client that lost its connection, or whose server was killed, sends its batch again and gets
 * the same names, because nothing was counted meanwhile; the copies collapse. A client that sends an equal event after
 * its acknowledgement gets a new name. Counting is idempotent (the count is raised <em>to</em> a value, not by one), so
 * that a batch and its repetition, both acknowledged in the end, count once.
 *
 * <p>What it cannot know: an acknowledgement that left us but never arrived looks like one that did, so the repetition
 * counts as new (HEC without channels has this by design; with channels the poll can be repeated). Equal events of two
 * senders, in flight at the same time, look like one sent twice, and so do equal events of one request that is repeated
 * as two. A content that was forgotten counts as first again: the memory is bounded, and it begins empty at a restart.
 * All of these need equal content including the sender's time.
 *
 * <p>The memory holds 16 bytes and a count for each content in two generations. A content that is seen moves to the young
 * one; when that is full the old one is forgotten and the young one becomes old. That is least recently used, up to half
 * of the memory, without a link for each entry. Thread-safe.
 */
final class Occurrences {
    static final int CONTENTS_MAX = 500_000;

    private final int generationMax;
    private Generation young = new Generation();
    private Generation old = new Generation();

    Occurrences(int contentsMax) {
        generationMax = Math.max(1, contentsMax / 2);
    }

    /** Names for the contents of one request, none of which is acknowledged yet. */
    Named name(Feed feed, List<byte[]> contents) {
        List<EventId> first = new ArrayList<>(contents.size());
        for (byte[] content : contents) {
            first.add(EventId.ofContent(feed.customer(), feed.source(), content, 0));
        }
        int[] numbers = new int[contents.size()];
        Map<EventId, Integer> counts = HashMap.newHashMap(contents.size());
        synchronized (this) {
            for (int i = 0; i < numbers.length; i++) {
                EventId content = first.get(i);
                Integer known = counts.get(content);
                numbers[i] = known == null ? seen(content) : known;
                counts.put(content, numbers[i] + 1);
            }
        }
        List<EventId> ids = new ArrayList<>(numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            ids.add(numbers[i] == 0
                    ? first.get(i)
                    : EventId.ofContent(feed.customer(), feed.source(), contents.get(i), numbers[i]));
        }
        return new Named(ids, () -> raise(counts));
    }

    /** Names for contents that nobody will send again: each is acknowledged as soon as it is named. */
    List<EventId> once(Feed feed, List<byte[]> contents) {
        EventId[] ids = new EventId[contents.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = EventId.ofContent(feed.customer(), feed.source(), contents.get(i), 0);
        }
        int[] numbers = new int[ids.length];
        synchronized (this) {
            for (int i = 0; i < ids.length; i++) {
                numbers[i] = seen(ids[i]);
                put(ids[i], numbers[i] + 1);
            }
        }
        for (int i = 0; i < ids.length; i++) {
            if (numbers[i] > 0) {
                ids[i] = EventId.ofContent(feed.customer(), feed.source(), contents.get(i), numbers[i]);
            }
        }
        return List.of(ids);
    }

    private synchronized void raise(Map<EventId, Integer> counts) {
        counts.forEach(this::raise);
    }

    /** How many equal ones were acknowledged. */
    synchronized int seen(EventId content) {
        int count = young.get(content);
        if (count == 0) {
            count = old.get(content);
            if (count > 0) {
                put(content, count);
            }
        }
        return count;
    }

    /** So many equal ones are acknowledged, at least. */
    synchronized void raise(EventId content, int count) {
        if (count > seen(content)) {
            put(content, count);
        }
    }

    private synchronized void put(EventId content, int count) {
        if (young.size() >= generationMax && young.get(content) == 0) {
            old = young;
            young = new Generation();
        }
        young.put(content, count);
    }

    /**
     * The names of a request's events.
     *
     * @param ids in the order of the contents
     * @param acknowledged to be run when the sender was told that they are durable; may be run more than once
     */
    record Named(List<EventId> ids, Runnable acknowledged) {
    }

    /** Counts by content, without removal: open addressing over three arrays, at most half full. */
    private static final class Generation {
        private long[] high = new long[64];
        private long[] low = new long[64];
        private int[] count = new int[64];
        private int size;

        int size() {
            return size;
        }

        int get(EventId content) {
            return count[slot(content.high(), content.low())];
        }

        void put(EventId content, int value) {
            if (size * 2 >= count.length) {
                grow();
            }
            set(content.high(), content.low(), value);
        }

        private void set(long h, long l, int value) {
            int at = slot(h, l);
            if (count[at] == 0) {
                size++;
                high[at] = h;
                low[at] = l;
            }
            count[at] = value;
        }

        /** Where the content is, or the free slot where it would be. Names are hashes, so their bits are a hash. */
        private int slot(long h, long l) {
            int mask = count.length - 1;
            int at = (int) l & mask;
            while (count[at] != 0 && (high[at] != h || low[at] != l)) {
                at = at + 1 & mask;
            }
            return at;
        }

        private void grow() {
            Generation larger = new Generation();
            larger.high = new long[count.length * 2];
            larger.low = new long[count.length * 2];
            larger.count = new int[count.length * 2];
            for (int i = 0; i < count.length; i++) {
                if (count[i] != 0) {
                    larger.set(high[i], low[i], count[i]);
                }
            }
            high = larger.high;
            low = larger.low;
            count = larger.count;
        }
    }
}
