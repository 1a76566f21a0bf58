package dev.tocsin.sigma.correlate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a group is stored. A small one, as most are, is one chunk that is written anew whenever it changes. Of a larger one
 * what a batch added is one chunk, written once and removed when the last match in it is gone; so a match is written once
 * and a large group is never written anew. Should many chunks be kept alive by few matches each, these are moved into a new
 * one. Beside the chunks there is a head with the few numbers that are no matches.
 */
final class GroupRecords {
    private static final int WORTH_MOVING = 256;
    private static final int SMALL_MAX = 4;

    /** All of a small group; null if it is none. */
    private @Nullable Chunk whole;
    private final List<Chunk> chunks = new ArrayList<>(0);
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
        next = Math.max(next, number + 1);
        live += entries.size();
        if (number == 0 && chunks.isEmpty()) {
            whole = chunk;
        } else {
            moveWhole();
            chunks.add(chunk);
            stored += entries.size();
        }
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
        if (chunks.isEmpty() && live <= SMALL_MAX) {
            writeWhole(group, store);
        } else {
            writeChunks(group, store);
        }
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

    private void writeWhole(Group group, CorrelationStore store) {
        if (added.isEmpty() && (whole == null || whole.live == whole.size)) {
            return;
        }
        added.clear();
        dead = null;
        List<Entry> all = group.live();
        all.removeIf(e -> e.gone);
        String chunkName = whole == null ? chunkName(group, 0) : whole.name;
        if (all.isEmpty()) {
            if (whole != null) {
                store.remove(chunkName);
            }
            whole = null;
            return;
        }
        Chunk now = new Chunk(chunkName, all.size());
        all.forEach(e -> e.chunk = now);
        whole = now;
        next = 1;
        store.put(chunkName, GroupCodec.chunk(group, all));
    }

    private void writeChunks(Group group, CorrelationStore store) {
        moveWhole();
        if (stored > WORTH_MOVING && stored > 4 * live) {
            dead = new ArrayList<>(chunks.stream().filter(c -> !c.removed).toList());
            added = group.live();
        }
        if (!added.isEmpty()) {
            added.removeIf(e -> e.gone);
            writeAdded(group, store);
        }
        removeDead(store);
    }

    /** What was all of a small group is a chunk among others from now on. */
    private void moveWhole() {
        if (whole != null) {
            chunks.add(whole);
            stored += whole.size;
            whole = null;
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
        if (whole != null) {
            store.remove(whole.name);
            whole = null;
        }
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
