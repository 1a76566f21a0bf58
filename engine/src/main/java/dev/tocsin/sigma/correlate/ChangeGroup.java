package dev.tocsin.sigma.correlate;

import java.util.List;
import java.util.Objects;

/** Fires when the value is another than that of the match before, if that was no more than a timespan ago. */
final class ChangeGroup extends Group {
    ChangeGroup(Slot slot, Owner owner) {
        super(slot, owner);
    }

    @Override
    void decide(Entry entry) {
        boolean changed = !window.isEmpty() && entry.time - window.last().time <= timespan
                && !Objects.equals(window.last().value, entry.value);
        if (changed) {
            fire(entry.time, List.of(window.last(), entry), String.valueOf(entry.value));
        }
        remember(entry);
        if (changed && rule.rearm() == Rearm.TIMESPAN) {
            consume(entry, true);
        }
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
        releaseWindow();
    }
}
