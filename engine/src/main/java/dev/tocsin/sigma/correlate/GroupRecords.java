package dev.tocsin.sigma.correlate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a group is stored: what a batch added is one chunk, written once and removed when the last match in it is gone; so a
 * match is written once and a large group is never written anew. Beside the chunks there is a head with the few numbers
 * that are no matches. Should many chunks be kept alive by few matches each, these are moved into a new one.
 */
final class GroupRecords {
    private static final int WORTH_MOVING = 256;

    private final List<Chunk> chunks = new ArrayList<>(1);
    private List<Entry> added = new ArrayList<>(1);
    private byte @Nullable [] head;
    private @Nullable String name;
    private int next;
    private int stored;
    private int live;
    /** Chunks to be removed with the next writing; how many removed ones still stand in the list of all. */
    private @Nullable List<Chunk> dead;
    private int removed;
    /** Whether something is to be written. */
    boolean dirty;

    int live() {
        return live;
    }

    void add(Entry entry) {
        added.add(entry);
        live++;
    }

    void release(Entry entry) {
        entry.gone = true;
        live--;
        Chunk chunk = entry.chunk;
        if (chunk != null && --chunk.live == 0) {
            dead = dead == null ? new ArrayList<>(1) : dead;
            dead.add(chunk);
        }
    }

    void restoreHead(byte[] bytes) {
        head = bytes;
    }

    void restoreChunk(String chunkName, int number, List<Entry> entries) {
        Chunk chunk = new Chunk(chunkName, entries.size());
        entries.forEach(e -> e.chunk = chunk);
        chunks.add(chunk);
        next = Math.max(next, number + 1);
        stored += entries.size();
        live += entries.size();
    }

    private String name(Group group) {
        if (name == null) {
            name = group.plan.digest() + "/" + group.key.digest();
        }
        return name;
    }

    private String chunkName(Group group, int number) {
        return GroupCodec.CHUNK + name(group) + "/" + number;
    }

    /** Writes what changed. */
    void write(Group group, CorrelationStore store) {
        if (stored > WORTH_MOVING && stored > 4 * live) {
            dead = new ArrayList<>(chunks.stream().filter(c -> !c.removed).toList());
            added = group.live();
        }
        if (!added.isEmpty()) {
            added.removeIf(e -> e.gone);
            writeAdded(group, store);
        }
        removeDead(store);
        byte[] now = GroupCodec.head(group);
        if (!Arrays.equals(now, head)) {
            if (now == null) {
                store.remove(GroupCodec.HEAD + name(group));
            } else {
                store.put(GroupCodec.HEAD + name(group), now);
            }
            head = now;
        }
    }

    private void writeAdded(Group group, CorrelationStore store) {
        if (!added.isEmpty()) {
            Chunk chunk = new Chunk(chunkName(group, next++), added.size());
            added.forEach(e -> e.chunk = chunk);
            store.put(chunk.name, GroupCodec.chunk(group, added));
            stored += added.size();
            chunks.add(chunk);
        }
        added = new ArrayList<>(0);
    }

    private void removeDead(CorrelationStore store) {
        if (dead == null) {
            return;
        }
        for (Chunk chunk : dead) {
            store.remove(chunk.name);
            chunk.removed = true;
            stored -= chunk.size;
            removed++;
        }
        dead = null;
        if (removed > chunks.size() / 2) {
            chunks.removeIf(c -> c.removed);
            removed = 0;
        }
    }

    /** Removes everything of the group. */
    void remove(Group group, CorrelationStore store) {
        for (Chunk chunk : chunks) {
            if (!chunk.removed) {
                store.remove(chunk.name);
            }
        }
        if (head != null) {
            store.remove(GroupCodec.HEAD + Objects.requireNonNull(name(group)));
        }
        chunks.clear();
        head = null;
    }
}
