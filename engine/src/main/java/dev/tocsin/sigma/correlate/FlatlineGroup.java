package dev.tocsin.sigma.correlate;

import java.util.List;

/**
 * Fires when a match leaves the timespan and fewer than the threshold are left in it. It is then forgotten: the next match
 * begins anew.
 */
final class FlatlineGroup extends Group {
    private final long threshold;

    FlatlineGroup(Slot slot, Owner owner) {
        super(slot, owner);
        threshold = ((Extension.Flatline) rule.extension()).threshold();
    }

    @Override
    void decide(Entry entry) {
        window.addLast(entry);
    }

    @Override
    void remember(Entry entry) {
        window.addLast(entry);
    }

    @Override
    void remembered(long watermark) {
        while (!window.isEmpty() && window.first().time + timespan < watermark) {
            release(window.removeFirst());
        }
    }

    @Override
    long timer() {
        return window.isEmpty() ? idleTimer() : window.first().time + timespan;
    }

    @Override
    void expire(long at) {
        endQuiet();
        Entry left = null;
        while (!window.isEmpty() && window.first().time + timespan <= at) {
            if (left != null) {
                release(left);
            }
            left = window.removeFirst();
        }
        if (left == null) {
            return;
        }
        if (window.size() < threshold) {
            List<Entry> rest = windowEntries();
            fireAbsent(at, rest, rest.isEmpty() ? List.of(left) : rest, Integer.toString(rest.size()));
            release(left);
            consume(Entry.endOf(at), true);
        } else {
            release(left);
        }
    }
}
