package dev.tocsin.sigma.correlate;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** All groups, awake and asleep, and their records in the store; {@link Correlator} tells what sleep is. */
final class Groups {
    /** A group with more matches does not sleep. */
    static final int SMALL_MAX = 8;

    private final CorrelationStore store;
    private final Group.Owner owner;
    private final GroupTable table = new GroupTable(new SplittableRandom().nextLong());
    private final LongestQuiet quiet = new LongestQuiet();
    private final RecordWriter writer = new RecordWriter();
    private long touches;

    Groups(CorrelationStore store, Group.Owner owner) {
        this.store = store;
        this.owner = owner;
    }

    int size() {
        return table.size();
    }

    Slot longestQuiet() {
        return quiet.next(table);
    }

    /** Where a match goes; the group is made when there is none. */
    Slot touch(CorrelationSet.Plan plan, GroupKey key) {
        int hash = table.hash(plan, key);
        Slot slot = table.find(plan, key, hash);
        if (slot == null) {
            slot = new Slot(plan, hash, GroupCodec.empty(key, writer));
            table.add(slot);
        }
        slot.touched = ++touches;
        return slot;
    }

    /** @param watermark up to where the group was decided */
    void add(Slot slot, Entry entry, long watermark) {
        if (slot.awake == null && GroupCodec.count(slot.record) < SMALL_MAX) {
            slot.record = GroupCodec.with(slot.record, entry, writer);
            slot.unsaved = true;
        } else {
            awake(slot, watermark).add(entry);
        }
    }

    /** @param watermark up to where the group was decided */
    Group awake(Slot slot, long watermark) {
        return slot.awake == null ? wake(slot, new ArrayList<>(SMALL_MAX), null, watermark) : slot.awake;
    }

    private Group wake(Slot slot, List<Entry> more, @Nullable GroupChunks chunks, long watermark) {
        Group group = Group.of(slot, owner);
        more.addAll(GroupCodec.read(slot.record, group));
        group.chunks = chunks;
        group.live = more.size();
        slot.awake = group;
        group.restore(more, watermark);
        return group;
    }

    /** Writes what is new. A group that has nothing left is removed, a small one sleeps from now on. */
    void save(Slot slot) {
        Group group = slot.awake;
        if (group == null) {
            if (slot.unsaved) {
                put(slot);
            }
        } else if (group.isEmpty()) {
            remove(slot);
        } else {
            save(slot, group);
        }
    }

    private void save(Slot slot, Group group) {
        if (group.chunks != null && group.chunks.isEmpty() && group.live <= SMALL_MAX) {
            group.chunks = null;
            group.added = true;
        } else if (group.chunks == null && group.live > SMALL_MAX) {
            group.chunks = new GroupChunks();
            group.live().forEach(group.chunks::add);
        }
        if (group.chunks != null) {
            group.chunks.write(slot, group, store, writer);
        }
        saveRecord(slot, group);
        sleep(slot, group);
    }

    private static void sleep(Slot slot, Group group) {
        if (group.chunks == null) {
            slot.timer = group.timer();
            slot.awake = null;
        }
    }

    /**
     * A record from which matches only went away is made anew, so that the group wakes without them, but the store keeps
     * what it has: a restart lets them go again, and most groups have another match to write before long.
     */
    private void saveRecord(Slot slot, Group group) {
        boolean isSmall = group.chunks == null;
        boolean hasOther = isSmall ? group.added : GroupCodec.count(slot.record) > 0;
        boolean toStore = hasOther || slot.unsaved || !GroupCodec.hasHead(slot.record, group, writer);
        if (toStore || isSmall && group.released) {
            slot.record = GroupCodec.group(slot.record, group, isSmall ? group.live() : List.of(), writer);
        }
        group.added = false;
        group.released = false;
        if (toStore && !isSmall && GroupCodec.isHeadless(slot.record)) {
            removeRecord(slot);
        } else if (toStore) {
            put(slot);
        }
    }

    private void removeRecord(Slot slot) {
        if (slot.stored) {
            store.remove(slot.name());
        }
        slot.stored = false;
        slot.unsaved = false;
    }

    private void put(Slot slot) {
        store.put(slot.name(), slot.record);
        slot.stored = true;
        slot.unsaved = false;
    }

    /** The group is no more. */
    void remove(Slot slot) {
        removeRecord(slot);
        if (slot.awake != null && slot.awake.chunks != null) {
            slot.awake.chunks.remove(store);
        }
        table.remove(slot);
        slot.arrivalDue = Group.NEVER;
        slot.timerDue = Group.NEVER;
        slot.forgotten = true;
        slot.awake = null;
    }

    /** Told of each group that came from the store. */
    interface Restored {
        /** @param matches all that were stored of it, even those that it does not need any more */
        void restored(Slot slot, Group group, List<Entry> matches);
    }

    /** What is stored of a large group beside its record. */
    private static final class Large {
        private final GroupChunks chunks = new GroupChunks();
        private final List<Entry> matches = new ArrayList<>();
    }

    /**
     * Takes up what the store holds; what is there of other rules is removed.
     *
     * @param watermarks by level; those that are stored are set
     */
    void restore(CorrelationSet set, long[] watermarks, Restored listener) {
        List<String> strangers = new ArrayList<>();
        List<Slot> slots = new ArrayList<>();
        Map<Slot, Large> large = new HashMap<>();
        store.entries().forEach((name, value) -> {
            boolean isChunk = name.startsWith(GroupCodec.CHUNK);
            if (name.startsWith(GroupCodec.WATERMARK)) {
                int level = Integer.parseInt(name.substring(GroupCodec.WATERMARK.length()));
                if (level < watermarks.length) {
                    watermarks[level] = ByteBuffer.wrap(value).getLong();
                } else {
                    strangers.add(name);
                }
            } else if (isChunk || name.startsWith(GroupCodec.GROUP)) {
                Optional<CorrelationSet.Plan> plan = set.plan(name.split("/", -1)[1]);
                if (plan.isEmpty()) {
                    strangers.add(name);
                } else if (isChunk) {
                    Large all = large.computeIfAbsent(slot(plan.get(), value, slots), _ -> new Large());
                    List<Entry> matches = GroupCodec.entries(value);
                    all.chunks.restore(name, Integer.parseInt(name.substring(name.lastIndexOf('/') + 1)), matches);
                    all.matches.addAll(matches);
                } else {
                    slot(plan.get(), value, slots).restore(name, value);
                }
            }
        });
        strangers.forEach(store::remove);
        for (Slot slot : slots) {
            Large all = large.get(slot);
            List<Entry> matches = all == null ? new ArrayList<>(SMALL_MAX) : all.matches;
            Group group = wake(slot, matches, all == null ? null : all.chunks, watermarks[slot.plan.level()]);
            listener.restored(slot, group, matches);
            if (!group.released && !group.isEmpty()) {
                sleep(slot, group);
            }
        }
    }

    /** The group of whose records this is one. */
    private Slot slot(CorrelationSet.Plan plan, byte[] record, List<Slot> all) {
        GroupCodec.check(record);
        int before = table.size();
        Slot slot = touch(plan, GroupCodec.key(record));
        if (table.size() > before) {
            all.add(slot);
        }
        return slot;
    }
}
