package dev.tocsin.sigma.correlate;

/** Fires at the match with which its window, the timespan that ends there, fulfils the condition. */
final class SlidingGroup extends Group {
    private final Aggregate aggregate;

    SlidingGroup(Slot slot, Owner owner) {
        super(slot, owner);
        aggregate = Aggregate.of(rule);
    }

    @Override
    void decide(Entry entry) {
        remember(entry);
        if (aggregate.holds(entry)) {
            fire(entry.time, windowEntries(), aggregate.measure());
            if (rule.rearm() != Rearm.SLIDING) {
                aggregate.clear();
                consume(entry, true);
            }
        }
    }

    @Override
    void remember(Entry entry) {
        while (!window.isEmpty() && window.first().time < entry.time - timespan) {
            Entry old = window.removeFirst();
            aggregate.remove(old);
            release(old);
        }
        window.addLast(entry);
        aggregate.add(entry);
    }

    @Override
    long timer() {
        return idleTimer();
    }

    @Override
    void expire(long at) {
        aggregate.clear();
        releaseWindow();
        endQuiet();
    }
}
