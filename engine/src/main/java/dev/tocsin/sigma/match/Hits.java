package dev.tocsin.sigma.match;

import java.util.Arrays;

/** Which of many numbers were found in the present event, each once. Owned by one thread; used again for the next event. */
public final class Hits {
    private final int[] foundIn;
    private final int[] found;
    /** Where in a text to look; for who finds. */
    final int[] places = new int[GramTable.STRETCH + 4];
    private int count;
    private int round;

    /** @param size the numbers are below */
    public Hits(int size) {
        foundIn = new int[size];
        found = new int[size];
        round = 1;
    }

    /** Forgets all. */
    public void clear() {
        if (++round < 0) {
            Arrays.fill(foundIn, 0);
            round = 1;
        }
        count = 0;
    }

    /** False if it was there. */
    public boolean add(int number) {
        if (foundIn[number] == round) {
            return false;
        }
        foundIn[number] = round;
        found[count++] = number;
        return true;
    }

    public boolean has(int number) {
        return foundIn[number] == round;
    }

    public int count() {
        return count;
    }

    /** In the order found. */
    public int get(int i) {
        return found[i];
    }
}
