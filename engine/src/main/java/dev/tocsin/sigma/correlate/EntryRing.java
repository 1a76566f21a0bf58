package dev.tocsin.sigma.correlate;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A queue of matches that can also be read by position. */
final class EntryRing {
    private @Nullable Entry[] slots = new Entry[2];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    Entry get(int index) {
        Objects.checkIndex(index, size);
        return Objects.requireNonNull(slots[head + index & slots.length - 1]);
    }

    Entry first() {
        return get(0);
    }

    Entry last() {
        return get(size - 1);
    }

    void addLast(Entry entry) {
        if (size == slots.length) {
            @Nullable
            Entry[] larger = new Entry[size * 2];
            for (int i = 0; i < size; i++) {
                larger[i] = slots[head + i & slots.length - 1];
            }
            slots = larger;
            head = 0;
        }
        slots[head + size & slots.length - 1] = entry;
        size++;
    }

    Entry removeFirst() {
        Entry first = get(0);
        slots[head] = null;
        head = head + 1 & slots.length - 1;
        size--;
        return first;
    }
}
