package dev.tocsin.source;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Origin;
import dev.tocsin.log.Appender;
import dev.tocsin.source.Received.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where all sources of a node meet: names each event, numbers it, writes its intake body, and gives it to the log. One
 * for each node; any thread may call it. Events of one thread reach the log in the order of its calls.
 */
public final class Collector {
    private final String site;
    private final String node;
    private final long epoch;
    private final Appender appender;
    private final InstantSource clock;
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicLong unrepeated = new AtomicLong();
    private final Occurrences occurrences = new Occurrences(Occurrences.CONTENTS_MAX);

    /** @param epoch rises at each start of the node */
    public Collector(String site, String node, long epoch, Appender appender, InstantSource clock) {
        this.site = site;
        this.node = node;
        this.epoch = epoch;
        this.appender = appender;
        this.clock = clock;
    }

    /**
     * Blocks while the log takes no more.
     *
     * @param cursors written in the same transaction as the events
     * @return completes when all is on disk; exceptionally only when the log is closed for good
     */
    CompletableFuture<Void> collect(List<Received> events, List<Refused> refused, Map<String, String> cursors) {
        return appender.append(make(events), makeDead(refused), cursors);
    }

    /** Names and numbers events for a caller that has a way of its own into the log. */
    List<Event> make(List<Received> events) {
        long next = sequence.getAndAdd(events.size()) + 1;
        List<Event> made = new ArrayList<>(events.size());
        IntakeBody body = new IntakeBody();
        for (Received r : events) {
            made.add(event(r, next++, body));
        }
        return made;
    }

    List<Appender.DeadLetter> makeDead(List<Refused> refused) {
        long next = sequence.getAndAdd(refused.size()) + 1;
        List<Appender.DeadLetter> dead = new ArrayList<>(refused.size());
        IntakeBody body = new IntakeBody();
        for (Refused r : refused) {
            dead.add(new Appender.DeadLetter(event(r.what(), next++, body), r.cause()));
        }
        return dead;
    }

    boolean refuses() {
        return appender.refuses();
    }

    Instant now() {
        return clock.instant();
    }

    long epoch() {
        return epoch;
    }

    Occurrences occurrences() {
        return occurrences;
    }

    /**
     * Names messages of a protocol in which nobody repeats anything. One that carries a time is named by its content and
     * a count, so that two sites that hear it give it one name. One that does not is its own event, however often the same
     * was said, also before a restart.
     */
    List<EventId> nameOnce(Feed feed, List<byte[]> contents) {
        List<byte[]> timed = new ArrayList<>(contents.size());
        boolean[] isTimed = new boolean[contents.size()];
        for (int i = 0; i < isTimed.length; i++) {
            isTimed[i] = carriesTime(contents.get(i));
            if (isTimed[i]) {
                timed.add(contents.get(i));
            }
        }
        Iterator<EventId> known = occurrences.once(feed, timed).iterator();
        List<EventId> names = new ArrayList<>(isTimed.length);
        for (int i = 0; i < isTimed.length; i++) {
            names.add(isTimed[i]
                    ? known.next()
                    : EventId.ofContent(feed.customer(), feed.source(), contents.get(i),
                            epoch << 40 | unrepeated.incrementAndGet()));
        }
        return names;
    }

    /** Names messages of a protocol in which nobody repeats anything, so that each is its own event, whatever it says. */
    List<EventId> nameEach(Feed feed, List<byte[]> contents) {
        byte[] place = (node + "/").getBytes(StandardCharsets.UTF_8);
        List<EventId> names = new ArrayList<>(contents.size());
        for (byte[] content : contents) {
            byte[] here = Arrays.copyOf(place, place.length + content.length);
            System.arraycopy(content, 0, here, place.length, content.length);
            names.add(EventId.ofContent(feed.customer(), feed.source(), here,
                    epoch << 40 | unrepeated.incrementAndGet()));
        }
        return names;
    }

    /** Whether hours, minutes and seconds stand in it, as in every form of time that syslog knows. */
    private static boolean carriesTime(byte[] content) {
        for (int i = 0; i + 8 <= content.length; i++) {
            if (content[i + 2] == ':' && content[i + 5] == ':' && isNumber(content, i) && isNumber(content, i + 3)
                    && isNumber(content, i + 6)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNumber(byte[] content, int at) {
        return content[at] >= '0' && content[at] <= '9' && content[at + 1] >= '0' && content[at + 1] <= '9';
    }

    private Event event(Received r, long number, IntakeBody body) {
        Feed feed = r.feed();
        return new Event(r.identity().id(feed, r.original()), feed.customer(), feed.source(),
                new Origin(site, node, epoch, number), r.key(), r.arrival(), "", feed.logsource().logSource(),
                body.write(r));
    }
}
