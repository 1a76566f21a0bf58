package dev.tocsin.rollout.parity;

import dev.tocsin.event.EventId;
import java.util.Arrays;

/**
 * Ids with what each side has under them, in arrays: an id takes 45 bytes. An id that comes twice from one side is one; the later
 * body counts. Owned by one thread.
 */
final class IdTable {
    private static final byte FIRST = 1;
    private static final byte SECOND = 2;

    private final long seed;
    private long[] highs;
    private long[] lows;
    private long[] firstBodies;
    private long[] secondBodies;
    private long[] millis;
    private int[] groups;
    private byte[] sides;
    private int size;

    /** What differs. */
    enum Kind {
        MISSING,
        EXTRA,
        DIFFERENT
    }

    /** Takes what differs. */
    interface Receiver {
        void take(Kind kind, EventId id, int group, long millis);
    }

    IdTable(long seed) {
        this.seed = seed;
        allocate(1 << 12);
    }

    private void allocate(int capacity) {
        highs = new long[capacity];
        lows = new long[capacity];
        firstBodies = new long[capacity];
        secondBodies = new long[capacity];
        millis = new long[capacity];
        groups = new int[capacity];
        sides = new byte[capacity];
    }

    /** @param side 0 or 1 */
    void add(int side, EventId id, long body, int group, long itsMillis) {
        if (size * 10L >= highs.length * 6L) {
            grow();
        }
        int at = find(id.high(), id.low());
        if (sides[at] == 0) {
            highs[at] = id.high();
            lows[at] = id.low();
            groups[at] = group;
            millis[at] = itsMillis;
            size++;
        }
        if (side == 0) {
            firstBodies[at] = body;
            sides[at] |= FIRST;
        } else {
            secondBodies[at] = body;
            sides[at] |= SECOND;
        }
    }

    private int find(long high, long low) {
        int mask = highs.length - 1;
        int at = (int) AlertBody.mix(high ^ low * 31 + seed) & mask;
        while (sides[at] != 0 && (highs[at] != high || lows[at] != low)) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        long[] oldHighs = highs;
        long[] oldLows = lows;
        long[] oldFirst = firstBodies;
        long[] oldSecond = secondBodies;
        long[] oldMillis = millis;
        int[] oldGroups = groups;
        byte[] oldSides = sides;
        allocate(oldHighs.length * 2);
        for (int i = 0; i < oldHighs.length; i++) {
            if (oldSides[i] != 0) {
                int at = find(oldHighs[i], oldLows[i]);
                highs[at] = oldHighs[i];
                lows[at] = oldLows[i];
                firstBodies[at] = oldFirst[i];
                secondBodies[at] = oldSecond[i];
                millis[at] = oldMillis[i];
                groups[at] = oldGroups[i];
                sides[at] = oldSides[i];
            }
        }
    }

    void differences(Receiver receiver) {
        for (int i = 0; i < highs.length; i++) {
            if (sides[i] == 0 || sides[i] == (FIRST | SECOND) && firstBodies[i] == secondBodies[i]) {
                continue;
            }
            Kind kind = sides[i] == FIRST ? Kind.MISSING : sides[i] == SECOND ? Kind.EXTRA : Kind.DIFFERENT;
            receiver.take(kind, new EventId(highs[i], lows[i]), groups[i], millis[i]);
        }
    }

    void clear() {
        Arrays.fill(sides, (byte) 0);
        size = 0;
    }
}
