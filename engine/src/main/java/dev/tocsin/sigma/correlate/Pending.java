package dev.tocsin.sigma.correlate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Matches that the watermark has not passed, in the order in which they will be decided. Most come in that order. */
final class Pending {
    private final Comparator<Entry> order;
    private final EntryRing inOrder = new EntryRing();
    private @Nullable PriorityQueue<Entry> stragglers;

    Pending(Comparator<Entry> order) {
        this.order = order;
    }

    void add(Entry entry) {
        if (inOrder.isEmpty() || order.compare(inOrder.last(), entry) <= 0) {
            inOrder.addLast(entry);
        } else {
            stragglers = stragglers == null ? new PriorityQueue<>(order) : stragglers;
            stragglers.add(entry);
        }
    }

    boolean isEmpty() {
        return inOrder.isEmpty() && (stragglers == null || stragglers.isEmpty());
    }

    int size() {
        return inOrder.size() + (stragglers == null ? 0 : stragglers.size());
    }

    @Nullable
    Entry peek() {
        Entry straggler = stragglers == null ? null : stragglers.peek();
        if (inOrder.isEmpty()) {
            return straggler;
        }
        Entry first = inOrder.first();
        return straggler != null && order.compare(straggler, first) < 0 ? straggler : first;
    }

    void remove(Entry peeked) {
        if (stragglers != null && stragglers.peek() == peeked) {
            stragglers.remove();
            stragglers = stragglers.isEmpty() ? null : stragglers;
        } else {
            inOrder.removeFirst();
        }
    }

    /** All of them, in no particular order. */
    List<Entry> all() {
        List<Entry> all = new ArrayList<>(size());
        for (int i = 0; i < inOrder.size(); i++) {
            all.add(inOrder.get(i));
        }
        if (stragglers != null) {
            all.addAll(stragglers);
        }
        return all;
    }
}
