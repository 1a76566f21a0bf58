package dev.tocsin.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * Which events there are and which of them are visible. Events are numbers that rise with {@code created_at}; of those
 * that were made, only the ones not yet visible are kept. Times are microseconds since 1970. Thread-safe.
 */
final class Timeline {
    private static final long SECOND = 1_000_000;

    private final long seed;
    private final List<Era> eras = new ArrayList<>();
    private final NavigableSet<Long> hidden = new TreeSet<>();
    private final PriorityQueue<Coming> coming = new PriorityQueue<>(Comparator.comparingLong(Coming::visible));
    private long eventsMax;
    private long made;
    private long now = Long.MIN_VALUE;

    private record Coming(long visible, long number) {
    }

    /** Numbers from, inclusive, to, exclusive. */
    record Span(long from, long to) {
    }

    /** An event of the ledger. */
    record Entry(long number, long created, long visible, int digits) {
    }

    /** @param start of the first event's time; cut to a full second */
    Timeline(long seed, Knobs knobs, long start) {
        this.seed = seed;
        eventsMax = limit(knobs);
        eras.add(new Era(start - Math.floorMod(start, SECOND), 0, knobs, seed));
    }

    private static long limit(Knobs knobs) {
        long max = knobs.count(Knob.EVENTS_MAX);
        return max == 0 ? Long.MAX_VALUE : max;
    }

    /** Other events from the next full second on. */
    synchronized void turn(Knobs knobs) {
        eventsMax = limit(knobs);
        Era last = eras.getLast();
        if (last.knobs().makesAs(knobs)) {
            return;
        }
        long next = Math.max(last.start(), (Math.floorDiv(now, SECOND) + 1) * SECOND);
        if (last.start() == next) {
            eras.removeLast();
            eras.add(new Era(next, last.first(), knobs, seed));
        } else {
            eras.add(new Era(next, last.endAt(next - 1), knobs, seed));
        }
    }

    /** Lets time come to here; never back. */
    synchronized void advance(long to) {
        now = Math.max(now, to);
        for (int i = 0; i < eras.size(); i++) {
            Era era = eras.get(i);
            if (now < era.start()) {
                break;
            }
            long end = Math.min(eventsMax, Math.min(era.endAt(now), i + 1 < eras.size()
                    ? eras.get(i + 1).first()
                    : Long.MAX_VALUE));
            long surelyVisible = Math.min(end, era.endAt(now - era.delayMax()));
            made = Math.max(made, surelyVisible);
            for (; made < end; made++) {
                long visible = era.visible(made);
                if (visible > now) {
                    hidden.add(made);
                    coming.add(new Coming(visible, made));
                }
            }
        }
        for (Coming next = coming.peek(); next != null && next.visible() <= now; next = coming.peek()) {
            hidden.remove(next.number());
            coming.remove();
        }
    }

    synchronized Span span(long since, long until) {
        long from = firstCreatedFrom(since);
        return new Span(from, Math.max(from, firstCreatedFrom(until)));
    }

    private long firstCreatedFrom(long created) {
        if (created > now) {
            return made;
        }
        for (int i = 0; i + 1 < eras.size(); i++) {
            long found = eras.get(i).firstCreatedFrom(created);
            if (found < eras.get(i + 1).first()) {
                return Math.min(found, made);
            }
        }
        return Math.min(eras.getLast().firstCreatedFrom(created), made);
    }

    synchronized long made() {
        return made;
    }

    synchronized long waiting() {
        return hidden.size();
    }

    synchronized long count(Span span) {
        return span.to() - span.from() - hidden.subSet(span.from(), span.to()).size();
    }

    /** Visible events of the span, from the place {@code offset} on; in rising order. */
    synchronized List<Long> pick(Span span, long offset, long limit) {
        List<Long> picked = new ArrayList<>();
        long at = span.from() + offset;
        for (long h : hidden.subSet(span.from(), span.to())) {
            if (h > at) {
                break;
            }
            at++;
        }
        for (; at < span.to() && picked.size() < limit; at++) {
            if (!hidden.contains(at)) {
                picked.add(at);
            }
        }
        return picked;
    }

    /** All visible events of the span that are wanted, in rising order. Looks at each. */
    synchronized List<Long> filter(Span span, LongPredicate wanted) {
        List<Long> found = new ArrayList<>();
        for (long n = span.from(); n < span.to(); n++) {
            if (wanted.test(n) && !hidden.contains(n)) {
                found.add(n);
            }
        }
        return found;
    }

    /** What is known of an event, whether visible or not. */
    synchronized Entry entry(long number) {
        Era era = eras.getFirst();
        for (int i = 1; i < eras.size() && eras.get(i).first() <= number; i++) {
            era = eras.get(i);
        }
        return new Entry(number, era.created(number), era.visible(number), era.digits());
    }
}
