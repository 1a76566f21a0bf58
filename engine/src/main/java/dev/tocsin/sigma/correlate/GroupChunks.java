package dev.tocsin.sigma.correlate;

import java.util.ArrayList;
import java.util.List;

/**
 * How the matches of a large group are stored. What a batch added is one chunk, written once and removed when the last
 * match in it is gone; so a match is written once and a large group is never written anew. Should many chunks be kept alive
 * by few matches each, these are moved into a new one.
 */
final class GroupChunks {
    private static final int WORTH_MOVING = 256;

    private final List<Chunk> chunks = new ArrayList<>();
    /** Matches that no chunk has yet. */
    private List<Entry> added = new ArrayList<>();
    /** Chunks to be removed with the next writing; how many removed ones still stand in the list of all. */
    private List<Chunk> dead = new ArrayList<>(0);
    private int removed;
    private int next;
    private int stored;

    void add(Entry entry) {
        added.add(entry);
    }

    void release(Chunk chunk) {
        if (--chunk.live == 0) {
            dead.add(chunk);
        }
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    void restore(String name, int number, List<Entry> entries) {
        next = Math.max(next, number + 1);
        keep(new Chunk(name, entries.size()), entries);
    }

    /** Writes what changed. */
    void write(Slot slot, Group group, CorrelationStore store, RecordWriter out) {
        if (stored > WORTH_MOVING && stored > 4 * group.live) {
            dead = new ArrayList<>(chunks.stream().filter(c -> !c.removed).toList());
            added = group.live();
        }
        added.removeIf(e -> e.gone);
        if (!added.isEmpty()) {
            Chunk chunk = new Chunk(slot.chunkName(next++), added.size());
            store.put(chunk.name, GroupCodec.chunk(slot.record, added, out));
            keep(chunk, added);
            added = new ArrayList<>();
        }
        removeDead(store);
    }

    private void keep(Chunk chunk, List<Entry> entries) {
        entries.forEach(e -> e.chunk = chunk);
        chunks.add(chunk);
        stored += chunk.size;
    }

    private void removeDead(CorrelationStore store) {
        for (Chunk chunk : dead) {
            store.remove(chunk.name);
            chunk.removed = true;
            stored -= chunk.size;
            removed++;
        }
        dead.clear();
        if (removed > chunks.size() / 2) {
            chunks.removeIf(c -> c.removed);
            removed = 0;
        }
    }

    /** Removes all of them. */
    void remove(CorrelationStore store) {
        chunks.stream().filter(c -> !c.removed).forEach(c -> store.remove(c.name));
        chunks.clear();
    }
}
