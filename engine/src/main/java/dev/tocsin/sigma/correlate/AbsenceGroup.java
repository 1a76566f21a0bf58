package dev.tocsin.sigma.correlate;

import java.util.List;

/** Fires when a timespan passes without a match after one that came; and then not again before the next one came. */
final class AbsenceGroup extends Group {
    AbsenceGroup(Slot slot, Owner owner) {
        super(slot, owner);
    }

    @Override
    void decide(Entry entry) {
        remember(entry);
    }

    @Override
    void remember(Entry entry) {
        releaseWindow();
        window.addLast(entry);
    }

    @Override
    long timer() {
        return idleTimer();
    }

    @Override
    void expire(long at) {
        endQuiet();
        if (!window.isEmpty()) {
            List<Entry> last = windowEntries();
            fireAbsent(at, last, last, "0");
            consume(Entry.endOf(at), true);
        }
    }
}
