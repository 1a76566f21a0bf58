package dev.tocsin.sigma.correlate;

/**
 * Its window opens with the first match that is in no other and closes a timespan later; then it is looked at, and all in
 * it is used up. So are conditions decided that more matches could make false, and numbers that go up and down.
 */
final class ClosingGroup extends Group {
    ClosingGroup(Slot slot, Owner owner) {
        super(slot, owner);
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
    long timer() {
        return window.isEmpty() ? idleTimer() : window.first().time + timespan;
    }

    @Override
    void expire(long at) {
        endQuiet();
        if (!window.isEmpty()) {
            Closing.Found found = Closing.look(rule, windowEntries());
            if (found != null) {
                fire(at, found.events(), found.measure());
            }
            consume(Entry.endOf(at), found != null);
        }
    }
}
