package dev.tocsin.sigma.correlate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One group of one correlation: a small machine that takes its matches and its timers one by one, in the order of event
 * time. Matches of a time come before the timers of that time, so what is exactly a timespan away still belongs to it.
 *
 * <p>Three things outlive a restart beside the matches that are remembered: how far they are used up ({@link #floor}),
 * until when the group is silent, and since when it is known. Everything else is made anew from them.
 */
abstract class Group {
    static final long NEVER = Long.MAX_VALUE;
    static final long NONE = Long.MIN_VALUE;

    /** Whom a group tells what happens in it. */
    interface Owner {
        /** The entry is not needed any more. */
        void released(Group group, Entry entry);

        /**
         * @param carriers from which correlations above take values
         * @param absent whether it fired because something did not come
         */
        void fired(Group group, long time, List<Entry> events, List<Entry> carriers, String measure, boolean absent);

        /** Forgotten before its time. */
        void evicted(Group group, Entry entry);
    }

    final Slot slot;
    final CorrelationSet.Plan plan;
    final CorrelationRule rule;
    final long timespan;
    final Comparator<Entry> order;
    final EntryRing window = new EntryRing();
    final Pending pending;
    private final Owner owner;
    /** How its matches are stored when they are many; null while they are few. */
    @Nullable
    GroupChunks chunks;
    /** How many matches it has. */
    int live;
    /** Whether there are matches that its record does not have; whether it has some that are no more. */
    boolean added;
    boolean released;
    /** Matches up to here are used up. */
    @Nullable
    Entry floor;
    /** A second place, where a kind of group needs one. */
    @Nullable
    Entry mark;
    long quietUntil = NONE;
    long since = NONE;
    private @Nullable Entry lastDecided;

    Group(Slot slot, Owner owner) {
        this.slot = slot;
        this.plan = slot.plan;
        this.rule = plan.rule();
        this.owner = owner;
        this.timespan = rule.timespanMillis();
        this.order = rule.type() == CorrelationType.TEMPORAL_ORDERED ? Entry.BY_RULE : Entry.BY_ID;
        this.pending = new Pending(order);
    }

    static Group of(Slot slot, Owner owner) {
        CorrelationRule rule = slot.plan.rule();
        return switch (rule.type()) {
            case EVENT_COUNT, VALUE_COUNT, VALUE_SUM, TEMPORAL -> {
                if (rule.isAbsence()) {
                    yield new AbsenceGroup(slot, owner);
                }
                if (rule.expression() != null && rule.expression().hasNot()) {
                    yield new AnchoredGroup(slot, owner);
                }
                yield rule.threshold() == null || rule.threshold().growsTrue()
                        ? new SlidingGroup(slot, owner)
                        : new ClosingGroup(slot, owner);
            }
            case TEMPORAL_ORDERED -> new SlidingGroup(slot, owner);
            case VALUE_AVG, VALUE_MEDIAN, VALUE_PERCENTILE, X_PERCENTAGE -> new ClosingGroup(slot, owner);
            case X_CHANGE -> new ChangeGroup(slot, owner);
            case X_SPIKE -> new SpikeGroup(slot, owner);
            case X_FLATLINE -> new FlatlineGroup(slot, owner);
            case X_NEW_TERM -> new NewTermGroup(slot, owner);
        };
    }

    /** A match that came. */
    final void add(Entry entry) {
        pending.add(entry);
        live++;
        added = true;
        if (chunks != null) {
            chunks.add(entry);
        }
    }

    /** Takes the next match. */
    abstract void decide(Entry entry);

    /** When something happens without a match; {@link #NEVER} when nothing does. After {@link #expire} it is later. */
    abstract long timer();

    /** The timer's time has come. */
    abstract void expire(long at);

    /** Takes a match that had been taken before the restart and was not used up since; nothing may fire. */
    abstract void remember(Entry entry);

    /** All were taken; what timers before the watermark would have removed is removed. */
    void remembered(long watermark) {
    }

    /** Decides everything that is earlier than the watermark. */
    final void run(long watermark) {
        while (true) {
            Entry next = pending.peek();
            long timer = timer();
            if (next != null && next.time < watermark && next.time <= timer) {
                pending.remove(next);
                take(next);
            } else if (timer < watermark) {
                expire(timer);
            } else {
                return;
            }
        }
    }

    private void take(Entry next) {
        if (lastDecided != null && order.compare(lastDecided, next) == 0 || isQuiet(next)) {
            release(next);
            return;
        }
        lastDecided = next;
        decide(next);
    }

    /**
     * Brings back what was stored: matches earlier than the watermark were decided, and are remembered or used up; the
     * others are still pending.
     */
    final void restore(List<Entry> stored, long watermark) {
        stored.sort(order);
        for (Entry entry : stored) {
            if (entry.time >= watermark) {
                pending.add(entry);
            } else if (floor != null && order.compare(entry, floor) <= 0 || isQuiet(entry)) {
                release(entry);
            } else if (lastDecided == null || order.compare(lastDecided, entry) != 0) {
                lastDecided = entry;
                remember(entry);
            } else {
                release(entry);
            }
        }
        remembered(watermark);
    }

    boolean isEmpty() {
        return window.isEmpty() && pending.isEmpty() && quietUntil == NONE;
    }

    /** Everything that is remembered, in no particular order. */
    List<Entry> live() {
        List<Entry> live = pending.all();
        for (int i = 0; i < window.size(); i++) {
            live.add(window.get(i));
        }
        return live;
    }

    /** What came during the silence stays used up, although the silence is over. */
    final void endQuiet() {
        if (quietUntil != NONE) {
            floor = Entry.endOf(quietUntil);
            quietUntil = NONE;
        }
    }

    private boolean isQuiet(Entry entry) {
        return entry.time <= quietUntil;
    }

    /** The end of the silence, or of the last match's time, when there is nothing else to wait for. */
    final long idleTimer() {
        long last = window.isEmpty() ? NONE : window.last().time + timespan;
        long end = Math.max(last, quietUntil);
        return end == NONE ? NEVER : end;
    }

    final void release(Entry entry) {
        entry.gone = true;
        live--;
        released = true;
        if (chunks != null && entry.chunk != null) {
            chunks.release(entry.chunk);
        }
        owner.released(this, entry);
    }

    final void evict(Entry entry) {
        owner.evicted(this, entry);
        release(entry);
    }

    final List<Entry> windowEntries() {
        List<Entry> all = new ArrayList<>(window.size());
        for (int i = 0; i < window.size(); i++) {
            all.add(window.get(i));
        }
        return all;
    }

    final void fire(long time, List<Entry> events, String measure) {
        owner.fired(this, time, events, events, measure, false);
    }

    final void fireAbsent(long time, List<Entry> events, List<Entry> carriers, String measure) {
        owner.fired(this, time, events, carriers, measure, true);
    }

    /** Uses up the window; after a firing the group may be silent for a while. */
    final void consume(Entry upTo, boolean fired) {
        releaseWindow();
        floor = upTo;
        if (fired && rule.rearm() == Rearm.TIMESPAN) {
            quietUntil = upTo.time + timespan;
        }
    }

    final void releaseWindow() {
        while (!window.isEmpty()) {
            release(window.removeFirst());
        }
    }
}
