package dev.tocsin.sigma.match;

import java.util.Arrays;

/** Which names stood in which object, to find those that stand twice. By hash: it may see a name twice that is not. */
final class NameSet {
    private static final int KEPT_MAX = 1 << 14;

    private long[] keys = new long[256];
    private int[] rounds = new int[256];
    private int round = 1;
    private int count;

    void clear() {
        if (keys.length > KEPT_MAX) {
            keys = new long[256];
            rounds = new int[256];
            round = 0;
        }
        if (++round < 0) {
            Arrays.fill(rounds, 0);
            round = 1;
        }
        count = 0;
    }

    /** False if it was there. */
    boolean add(long hash, int object) {
        if (count * 2 > keys.length) {
            grow();
        }
        return insert(Words.mix(hash, object));
    }

    private boolean insert(long key) {
        int mask = keys.length - 1;
        int at = (int) (key >>> 20) & mask;
        while (rounds[at] == round) {
            if (keys[at] == key) {
                return false;
            }
            at = at + 1 & mask;
        }
        keys[at] = key;
        rounds[at] = round;
        count++;
        return true;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldRounds = rounds;
        keys = new long[oldKeys.length * 4];
        rounds = new int[keys.length];
        count = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldRounds[i] == round) {
                insert(oldKeys[i]);
            }
        }
    }
}
