package dev.tocsin.sigma.correlate;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the current timespan with the one before it. A spike up is seen at the match that makes it, a spike down when a
 * match leaves the current timespan. Nothing fires before the group
 * is known for two timespans; after a firing it begins anew.
 */
final class SpikeGroup extends Group {
    private final Extension.Spike spike;
    /** How many of the matches are of the timespan before, and so the place of the first one of the current. */
    private int reference;

    SpikeGroup(Slot slot, Owner owner) {
        super(slot, owner);
        spike = (Extension.Spike) rule.extension();
    }

    @Override
    void decide(Entry entry) {
        since = since == NONE ? entry.time : since;
        window.addLast(entry);
        if (spike.direction() != Extension.SpikeType.DOWN && isFilled(entry.time)
                && number(current()).compareTo(spike.height().multiply(number(reference))) >= 0) {
            List<Entry> now = windowEntries().subList(reference, window.size());
            fire(entry.time, new ArrayList<>(now), current() + " after " + reference);
            begin(entry);
        }
    }

    @Override
    void remember(Entry entry) {
        window.addLast(entry);
    }

    @Override
    void remembered(long watermark) {
        while (!window.isEmpty() && window.first().time + 2 * timespan < watermark) {
            release(window.removeFirst());
        }
        while (reference < window.size() && window.get(reference).time + timespan < watermark) {
            reference++;
        }
    }

    @Override
    long timer() {
        if (window.isEmpty()) {
            return idleTimer();
        }
        long leaves = window.first().time + 2 * timespan;
        return reference < window.size() ? Math.min(leaves, window.get(reference).time + timespan) : leaves;
    }

    @Override
    void expire(long at) {
        endQuiet();
        boolean left = reference < window.size() && window.get(reference).time + timespan <= at;
        Entry last = window.isEmpty() ? null : window.last();
        slide(at);
        if (left && last != null && spike.direction() != Extension.SpikeType.UP && isFilled(at)
                && number(current()).multiply(spike.height()).compareTo(number(reference)) <= 0) {
            List<Entry> now = new ArrayList<>(windowEntries().subList(reference, window.size()));
            fireAbsent(at, now, List.of(last), current() + " after " + reference);
            begin(Entry.endOf(at));
        }
        if (window.isEmpty()) {
            since = NONE;
        }
    }

    private void slide(long now) {
        while (!window.isEmpty() && window.first().time <= now - 2 * timespan) {
            release(window.removeFirst());
            reference = Math.max(0, reference - 1);
        }
        while (reference < window.size() && window.get(reference).time <= now - timespan) {
            reference++;
        }
    }

    private int current() {
        return window.size() - reference;
    }

    private boolean isFilled(long now) {
        return now - since >= 2 * timespan && reference >= spike.referenceMin() && current() >= spike.currentMin();
    }

    private void begin(Entry upTo) {
        consume(upTo, true);
        reference = 0;
        since = NONE;
    }

    private static BigDecimal number(int count) {
        return BigDecimal.valueOf(count);
    }
}
