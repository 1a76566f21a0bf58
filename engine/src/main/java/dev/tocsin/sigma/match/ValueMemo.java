package dev.tocsin.sigma.match;

/**
 * What was found in short values seen before: most of what programs, users and hosts are called comes again and again. A
 * value has one place, by its hash; another that wants it takes it. Owned by one thread; a fixed amount of memory.
 */
public final class ValueMemo {
    private static final int BYTES_MAX = 64;
    private static final int WORDS = BYTES_MAX / Long.BYTES;
    private static final int FOUND_MAX = 15;
    private static final int ENTRY = FOUND_MAX + 1;
    private static final int SIZE = 1 << 13;
    private static final int SHIFT = Long.SIZE - 13;

    /** Field and length; zero where nothing is. */
    private final long[] keys = new long[SIZE];
    private final long[] texts = new long[SIZE * WORDS];
    /** For each place how many literals were found, and their numbers. */
    private final int[] found = new int[SIZE * ENTRY];

    /**
     * As {@link LiteralIndex#find}, of a value that is the first of its field, so that all that is found in it is new.
     *
     * @param field a number that tells fields apart
     */
    public void find(int field, LiteralIndex index, byte[] text, int from, int length, boolean ascii, Hits hits) {
        if (length > BYTES_MAX) {
            index.find(text, from, length, ascii, hits);
            return;
        }
        long key = (long) field << Byte.SIZE | length + 1;
        int place = (int) (Words.hash(text, from, from + length, field) >>> SHIFT);
        if (keys[place] == key && isAt(place, text, from, length)) {
            int at = place * ENTRY;
            for (int i = found[at]; i > 0; i--) {
                hits.add(found[at + i]);
            }
            return;
        }
        int before = hits.count();
        index.find(text, from, length, ascii, hits);
        int count = hits.count() - before;
        if (count <= FOUND_MAX) {
            keep(place, key, text, from, length);
            found[place * ENTRY] = count;
            for (int i = 0; i < count; i++) {
                found[place * ENTRY + count - i] = hits.get(before + i);
            }
        }
    }

    private boolean isAt(int place, byte[] text, int from, int length) {
        int at = place * WORDS;
        for (int i = 0; i < length; i += Long.BYTES) {
            if (texts[at++] != Words.atMost(text, from + i, from + length)) {
                return false;
            }
        }
        return true;
    }

    private void keep(int place, long key, byte[] text, int from, int length) {
        keys[place] = key;
        int at = place * WORDS;
        for (int i = 0; i < length; i += Long.BYTES) {
            texts[at++] = Words.atMost(text, from + i, from + length);
        }
    }
}
