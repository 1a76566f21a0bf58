package dev.tocsin.process;

import dev.tocsin.event.EventId;

/**
 * A set of 128-bit ids in one {@code long} array: 21 to 32 bytes for each id, where a {@code HashSet<EventId>} takes
 * about 90 and gives the collector an object for each event seen.
 *
 * <p>Open addressing with linear probing; removal moves the followers back, so that nothing is left behind however long
 * ids come and go. The place of an id depends on a seed, because who writes the events can search for contents whose
 * ids begin alike, and would otherwise turn the probing into a walk over the table. Owned by one thread.
 */
final class IdSet {
    private static final int FIRST_PLACES = 1024;
    private final long seed;
    private long[] table = new long[2 * FIRST_PLACES];
    private int size;
    /** The id 0 marks a free place in the table, so it is kept here. */
    private boolean zero;

    IdSet(long seed) {
        this.seed = seed;
    }

    int size() {
        return size + (zero ? 1 : 0);
    }

    boolean contains(EventId id) {
        return isZero(id) ? zero : isTaken(find(id.high(), id.low()));
    }

    /** Returns whether it was not there before. */
    boolean add(EventId id) {
        if (isZero(id)) {
            boolean added = !zero;
            zero = true;
            return added;
        }
        int at = find(id.high(), id.low());
        if (isTaken(at)) {
            return false;
        }
        table[at] = id.high();
        table[at + 1] = id.low();
        size++;
        if (size > table.length / 8 * 3) {
            grow();
        }
        return true;
    }

    void remove(EventId id) {
        if (isZero(id)) {
            zero = false;
            return;
        }
        int hole = find(id.high(), id.low());
        if (!isTaken(hole)) {
            return;
        }
        size--;
        int next = after(hole);
        while (isTaken(next)) {
            // An id may move into the hole unless its own place lies behind the hole.
            if (distance(home(table[next], table[next + 1]), next) >= distance(hole, next)) {
                table[hole] = table[next];
                table[hole + 1] = table[next + 1];
                hole = next;
            }
            next = after(next);
        }
        table[hole] = 0;
        table[hole + 1] = 0;
    }

    /** Where the id is, or the free place where it belongs. */
    private int find(long high, long low) {
        int at = home(high, low);
        while (isTaken(at) && (table[at] != high || table[at + 1] != low)) {
            at = after(at);
        }
        return at;
    }

    private int home(long high, long low) {
        long mixed = (high ^ Long.rotateLeft(low, 32) ^ seed) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32) ^ seed) * 0xD6E8FEB86659FD93L;
        return 2 * (int) Math.unsignedMultiplyHigh(mixed, table.length / 2);
    }

    private boolean isTaken(int at) {
        return table[at] != 0 || table[at + 1] != 0;
    }

    private int after(int at) {
        return at + 2 == table.length ? 0 : at + 2;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + table.length;
    }

    private static boolean isZero(EventId id) {
        return id.high() == 0 && id.low() == 0;
    }

    /** By half, not twice as large: the window is the largest thing that the stage keeps in memory. */
    private void grow() {
        long[] old = table;
        table = new long[Math.multiplyExact(old.length / 4, 6)];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] != 0 || old[i + 1] != 0) {
                int at = find(old[i], old[i + 1]);
                table[at] = old[i];
                table[at + 1] = old[i + 1];
            }
        }
    }
}
