package dev.tocsin.fabric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one receiver: in memory, and after that on disk, in order. Bounded as its {@link Policy} says. What it
 * drops is remembered as one {@link Gap} for each origin and topic, which is handed out before anything that is newer;
 * since the oldest is dropped first, that is its place. Thread-safe.
 */
public final class Backlog implements AutoCloseable {
    private static final int GAPS_MAX = 4096;

    private final Policy policy;
    private final Spool spool;
    private final Doorbell doorbell;
    private final Consumer<String> trouble;
    private final TopicCounts counts;
    private final Waiting waiting;
    private final ArrayDeque<Routed> memory = new ArrayDeque<>();
    private final Map<Key, Gap> gaps = new LinkedHashMap<>();
    private Presence presence = Presence.HERE;
    private long memoryBytes;
    private long unnamed;
    /** Since when there has been no room; by {@link System#nanoTime}. */
    private long fullSince;
    private boolean full;
    private boolean broken;
    private boolean stuck;
    private long dropped;
    private long spilled;
    private long added;

    private record Key(UUID origin, String topic) {
    }

    /** Where the receiver is. */
    public enum Presence {
        /** Publishers wait for it when there is no room. */
        HERE,
        /** It may come back: as much as there is room for is kept, the oldest gives way, and nobody waits. */
        AWAY,
        /** It has been away for too long: nothing is kept, what is missed is counted. */
        LOST
    }

    /**
     * Numbers for people and metrics.
     *
     * @param waiting messages in memory and on disk
     * @param spilled how many have ever gone to disk
     * @param dropped how many have ever been dropped, and announced as missing
     */
    public record Figures(long added, long waiting, long memoryBytes, long diskBytes, long spilled, long dropped) {
        Figures plus(Figures other) {
            return new Figures(added + other.added, waiting + other.waiting, memoryBytes + other.memoryBytes, diskBytes
                    + other.diskBytes, spilled + other.spilled, dropped + other.dropped);
        }
    }

    /**
     * @param directory where its files go when it spills; made when it is needed
     * @param name of its files; no other backlog may have it
     * @param doorbell of the thread that takes
     * @param trouble hears when the disk fails
     */
    Backlog(Policy policy, Path directory, String name, Doorbell doorbell, Consumer<String> trouble,
            TopicCounts counts) {
        this.policy = policy;
        this.spool = new Spool(directory, name);
        this.doorbell = doorbell;
        this.trouble = trouble;
        this.counts = counts;
        this.waiting = new Waiting(counts);
        counts.opened(this);
    }

    /**
     * Whether one more can be added without making publishers wait.
     *
     * @param bytes its {@link Routed#weightBytes weight}
     */
    synchronized boolean hasRoom(int bytes) {
        boolean room = presence != Presence.HERE || policy.full() == Policy.Full.DROP_OLDEST || fits(bytes);
        if (room) {
            full = false;
            return true;
        }
        if (!full) {
            full = true;
            fullSince = System.nanoTime();
        }
        return !policy.patience().isZero() && System.nanoTime() - fullSince > policy.patience().toNanos();
    }

    /** Memory takes one message of any size when it is empty. */
    private boolean fitsMemory(int bytes) {
        return spool.count() == 0 && (memoryBytes + bytes <= policy.memoryBytes() || memory.isEmpty());
    }

    private boolean fits(int bytes) {
        return fitsMemory(bytes)
                || policy.full() == Policy.Full.SPILL && !broken && !spool.isStuck(policy.memoryBytes())
                        && spool.bytes() + bytes <= policy.diskBytes();
    }

    /** Adds it, and drops the oldest if there is no room. */
    Published add(Routed routed) {
        return add(routed, counts.of(routed.topic()));
    }

    /** The same with the series of the topic at hand. */
    Published add(Routed routed, TopicCounts.Series series) {
        Published result;
        synchronized (this) {
            added++;
            if (presence == Presence.LOST) {
                drop(routed);
                return Published.ACCEPTED;
            }
            int bytes = routed.weightBytes();
            while (!fits(bytes) && dropOldest()) {
                // Until it fits or there is nothing left to drop.
            }
            result = fitsMemory(bytes) || !spill(routed) ? keep(routed) : Published.SPILLED;
            waiting.in(series, result == Published.ACCEPTED);
        }
        doorbell.ring();
        return result;
    }

    private Published keep(Routed routed) {
        memory.addLast(routed);
        memoryBytes += routed.weightBytes();
        return Published.ACCEPTED;
    }

    private boolean spill(Routed routed) {
        if (policy.full() != Policy.Full.SPILL || broken) {
            return false;
        }
        spool.add(routed);
        spilled++;
        String failure = spool.failure();
        if (failure != null && !stuck) {
            trouble.accept("the disk takes nothing more: " + failure);
        }
        stuck = failure != null;
        return true;
    }

    /** From here on it lives in memory alone; what was on disk is missing and said to be. */
    private void giveUpDisk(IOException e) {
        unnamed += spool.count();
        dropped += spool.count();
        trouble.accept("spilled messages cannot be read, " + spool.count() + " are lost: " + e);
        broken = true;
        waiting.keepMemoryOnly();
        try {
            spool.clear();
        } catch (IOException _) {
            // The disk has failed already, and that has been said.
        }
    }

    private boolean dropOldest() {
        Routed oldest = next();
        if (oldest == null) {
            return false;
        }
        drop(oldest);
        return true;
    }

    private @Nullable Routed next() {
        Routed oldest = memory.pollFirst();
        if (oldest != null) {
            memoryBytes -= oldest.weightBytes();
            waiting.out();
            return oldest;
        }
        oldest = fromDisk();
        if (oldest != null) {
            waiting.out(oldest.topic());
        }
        return oldest;
    }

    private @Nullable Routed fromDisk() {
        try {
            return spool.next();
        } catch (IOException e) {
            giveUpDisk(e);
            return null;
        }
    }

    private void drop(Routed routed) {
        long count = routed instanceof Gap gap ? gap.count() : 1;
        if (!(routed instanceof Gap)) {
            dropped++;
            counts.of(routed.topic()).dropped.increment();
        }
        Key key = new Key(routed.origin(), routed.topic());
        Gap before = gaps.get(key);
        if (before == null && gaps.size() >= GAPS_MAX || routed instanceof Gap gap && !gap.isNamed()) {
            unnamed += count;
            return;
        }
        Gap gap = new Gap(routed.topic(), routed.origin(), routed.sequence(), routed.ordinal(), count);
        if (before != null) {
            Routed last = before.sequence() > routed.sequence() ? before : routed;
            gap = new Gap(routed.topic(), routed.origin(), last.sequence(), last.ordinal(), before.count() + count);
        }
        gaps.put(key, gap);
    }

    /**
     * Takes the oldest.
     *
     * @param into gets up to as many
     * @param most at least 1; also bounded by about 256 KB
     * @return whether something was taken
     */
    public synchronized boolean take(List<Routed> into, int most) {
        int before = into.size();
        long weight = 0;
        if (unnamed > 0) {
            into.add(Gap.many(unnamed));
            unnamed = 0;
        }
        for (Iterator<Gap> each = gaps.values().iterator(); each.hasNext() && into.size() - before < most;) {
            into.add(each.next());
            each.remove();
        }
        while (into.size() - before < most && weight < 256 << 10 && gaps.isEmpty()) {
            Routed next = next();
            if (next == null) {
                break;
            }
            weight += next.weightBytes();
            into.add(next);
        }
        return into.size() > before;
    }

    public synchronized boolean isEmpty() {
        return memory.isEmpty() && spool.count() == 0 && gaps.isEmpty() && unnamed == 0;
    }

    /** Says that the receiver is there, or may come back. */
    public synchronized void presence(Presence now) {
        presence = now;
        full = false;
    }

    /** The receiver will not come back in time: drops what it had not confirmed, and everything that waits. */
    public synchronized void lose(List<Routed> unconfirmed) {
        presence = Presence.LOST;
        unconfirmed.forEach(this::drop);
        while (dropOldest()) {
            // Until nothing waits.
        }
    }

    public synchronized Figures figures() {
        return new Figures(added, memory.size() + spool.count(), memoryBytes, spool.bytes(), spilled, dropped);
    }

    /** Says what waits here, and for how long. */
    synchronized void addTo(Function<TopicCounts.Series, TopicCounts.Sum> sums, long nowNanos) {
        waiting.addTo(sums, nowNanos);
    }

    /** Throws away what waits. */
    @Override
    public synchronized void close() {
        counts.closed(this);
        waiting.clear();
        memory.clear();
        memoryBytes = 0;
        gaps.clear();
        try {
            spool.clear();
        } catch (IOException e) {
            trouble.accept("spilled messages could not be deleted: " + e);
        }
    }
}
