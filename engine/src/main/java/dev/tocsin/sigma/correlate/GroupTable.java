package dev.tocsin.sigma.correlate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All groups by plan and key: a hash table with open addressing and linear probing. Hashes stand side by side, so a look-up
 * reads one place of each of two arrays and then only the group that it finds. Of each plan there is one instance.
 */
final class GroupTable {
    private final long seed;
    private int[] hashes = new int[1024];
    private @Nullable Slot[] slots = new Slot[1024];
    private int size;

    /** @param seed of the hashes */
    GroupTable(long seed) {
        this.seed = seed;
    }

    int size() {
        return size;
    }

    int hash(CorrelationSet.Plan plan, GroupKey key) {
        return key.hash(seed + plan.digest().hashCode());
    }

    @Nullable
    Slot find(CorrelationSet.Plan plan, GroupKey key, int hash) {
        int mask = slots.length - 1;
        for (int at = hash & mask;; at = at + 1 & mask) {
            Slot slot = slots[at];
            if (slot == null) {
                return null;
            }
            if (hashes[at] == hash && slot.plan == plan && GroupCodec.isOf(slot.record, key)) {
                return slot;
            }
        }
    }

    /** One that is not yet there. */
    void add(Slot slot) {
        if (2 * ++size > slots.length) {
            List<Slot> all = all();
            hashes = new int[hashes.length * 2];
            slots = new Slot[hashes.length];
            all.forEach(this::place);
        }
        place(slot);
    }

    void remove(Slot slot) {
        int mask = slots.length - 1;
        int hole = slot.hash & mask;
        while (slots[hole] != slot) {
            Objects.requireNonNull(slots[hole], "the group is in the table");
            hole = hole + 1 & mask;
        }
        // What was put behind because the place was taken moves up, or it would not be found any more.
        for (int at = hole + 1 & mask; slots[at] != null; at = at + 1 & mask) {
            int wanted = hashes[at] & mask;
            if ((at - wanted & mask) >= (at - hole & mask)) {
                slots[hole] = slots[at];
                hashes[hole] = hashes[at];
                hole = at;
            }
        }
        slots[hole] = null;
        size--;
    }

    List<Slot> all() {
        List<Slot> all = new ArrayList<>(size);
        Arrays.stream(slots).filter(Objects::nonNull).forEach(all::add);
        return all;
    }

    private void place(Slot slot) {
        int mask = slots.length - 1;
        int at = slot.hash & mask;
        while (slots[at] != null) {
            at = at + 1 & mask;
        }
        slots[at] = slot;
        hashes[at] = slot.hash;
    }
}
