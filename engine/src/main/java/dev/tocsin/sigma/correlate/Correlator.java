package dev.tocsin.sigma.correlate;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of groups: takes matches in any order, and decides about them when the watermark has passed.
 *
 * <p>Each match waits in its {@link Group} until nothing earlier can come any more; then the group takes its matches and
 * timers in the order of event time. A {@link Schedule} knows which groups have something due, so an advance costs as much as
 * there is to decide, however many groups are alive.
 *
 * <p><b>Sleep.</b> Most groups are small, and nothing happens in them for a long time. With a hundred thousand of them the
 * processor has none in its caches when a match comes, and what that match costs is how many places in memory it has to go
 * to. A group as a machine is a dozen objects. So a small group is one only within a batch: at its end the group is written
 * into its record, the array of bytes that the store keeps anyway, and the machine is dropped ({@link Groups#save}). What is
 * left is a {@link Slot}: the record, and when the group is to be looked at. A match that comes to a sleeping group is
 * written behind the others in its record, which wakes nobody. The group is woken when it has something to decide; that is
 * the same as what a restart does with all of them. So the promise that a restart changes nothing is also the promise that
 * sleep changes nothing, and whatever is wrong with either is seen at once.
 *
 * <p>Three things make this right. What was decided and what is still pending is not written, because the watermark tells:
 * a group is woken with the watermark that it has been decided up to, which is the one before the advance for which it
 * wakes. What can be computed from matches (counts, sums, places) is not stored either. And the next timer of a group
 * depends on decided matches only, so it stays right in the slot, whatever is written into the record.
 *
 * <p><b>Large groups</b> stay awake, and only what a batch brought to them is written ({@link GroupChunks}).
 *
 * <p><b>Bounds.</b> Beyond a limit the group that got no match for longest is forgotten ({@link LongestQuiet}), or, when a
 * single group has half of the memory, that one; each is reported by {@link #takeEvicted}. Used by one thread.
 */
public final class Correlator {
    private static final int GROUP_BYTES = 600;
    private static final int ONWARD_GROUPS_MAX = 1000;

    /** What became of a match. */
    public enum Taken {
        ACCEPTED,
        /** It came behind the watermark. */
        LATE,
        /** No correlation of that name and meaning is in the set. */
        UNKNOWN
    }

    private final CorrelationSet set;
    private final AlertNames names;
    private final Limits limits;
    private final CorrelationStore store;
    private final Groups groups;
    private final Schedule[] schedules;
    private final long[] watermarks;
    private final long[] storedWatermarks;
    private final List<Slot> dirty = new ArrayList<>();
    private final List<Evicted> evicted = new ArrayList<>();
    private List<Firing> fired = new ArrayList<>();
    private long bytes;
    private long matches;

    /** Takes up what the store holds; what is there of other rules is removed. */
    public Correlator(CorrelationSet set, AlertNames names, Limits limits, CorrelationStore store) {
        this.set = set;
        this.names = names;
        this.limits = limits;
        this.store = store;
        schedules = new Schedule[set.levels()];
        Arrays.setAll(schedules, _ -> new Schedule());
        watermarks = new long[set.levels()];
        Arrays.fill(watermarks, Long.MIN_VALUE);
        groups = new Groups(store, new Owner());
        groups.restore(set, watermarks, this::restored);
        storedWatermarks = watermarks.clone();
    }

    public long watermark(int level) {
        return watermarks[level];
    }

    public int groups() {
        return groups.size();
    }

    /** An estimate of the memory in use. */
    public long bytes() {
        return bytes + (long) groups.size() * GROUP_BYTES;
    }

    public Taken accept(KeyedMatch match) {
        Optional<CorrelationSet.Plan> plan = set.plan(match.correlation());
        if (plan.isEmpty()) {
            return Taken.UNKNOWN;
        }
        int level = plan.get().level();
        if (match.timeMillis() < watermarks[level]) {
            return Taken.LATE;
        }
        Slot slot = groups.touch(plan.get(), match.group());
        Entry entry = new Entry(match.timeMillis(), match.rule(), match.event().high(), match.event().low(),
                match.value(), match.carried(), match.stamp());
        groups.add(slot, entry, watermarks[level]);
        bytes += entry.bytes();
        matches++;
        changed(slot);
        schedules[level].arrived(slot, entry.time);
        keepLimits(slot);
        return Taken.ACCEPTED;
    }

    /**
     * Nothing of that level earlier than the watermark will come any more. A watermark that is not later changes nothing.
     *
     * @return what fired, each at a time earlier than the watermark; its {@link Firing#onward} are for {@link #accept}
     */
    public List<Firing> advance(int level, long watermark) {
        if (watermark <= watermarks[level]) {
            return List.of();
        }
        long before = watermarks[level];
        watermarks[level] = watermark;
        Schedule schedule = schedules[level];
        for (Slot slot = schedule.next(watermark); slot != null; slot = schedule.next(watermark)) {
            changed(slot);
            try {
                Group group = groups.awake(slot, before);
                group.run(watermark);
                schedule.put(slot, group);
            } catch (RuntimeException e) {
                // One group must not stop the others.
                evict(slot, "deciding it failed: " + e);
            }
        }
        List<Firing> now = fired;
        fired = new ArrayList<>();
        return now;
    }

    /** Writes what changed to the store and lets go of groups that have nothing left. To be called once for each batch. */
    public void save() {
        for (Slot slot : dirty) {
            slot.dirty = false;
            if (!slot.forgotten) {
                groups.save(slot);
            }
        }
        dirty.clear();
        for (int level = 0; level < watermarks.length; level++) {
            if (watermarks[level] != storedWatermarks[level]) {
                storedWatermarks[level] = watermarks[level];
                store.put(GroupCodec.WATERMARK + level, ByteBuffer.allocate(8).putLong(watermarks[level]).array());
            }
        }
    }

    /** What was forgotten since the last call because a limit was reached. */
    public List<Evicted> takeEvicted() {
        List<Evicted> taken = List.copyOf(evicted);
        evicted.clear();
        return taken;
    }

    private void changed(Slot slot) {
        if (!slot.dirty) {
            slot.dirty = true;
            dirty.add(slot);
        }
    }

    private void keepLimits(Slot newest) {
        while (groups.size() > limits.groupsMax() || bytes() > limits.bytesMax()) {
            long ofNewest = newest.live() * bytes / Math.max(1, matches);
            boolean hog = bytes() > limits.bytesMax() && ofNewest > limits.bytesMax() / 2;
            Slot out = hog ? newest : groups.longestQuiet();
            evict(out, hog ? "it alone has half of the memory" : "there is no room for more");
            if (out == newest) {
                return;
            }
        }
    }

    private void evict(Slot slot, String cause) {
        List<Entry> live = slot.awake == null ? GroupCodec.entries(slot.record) : slot.awake.live();
        evicted.add(new Evicted(slot.plan.rule(), slot.key(), live.size(), cause));
        live.stream().filter(e -> !e.gone).forEach(this::released);
        groups.remove(slot);
    }

    private void released(Entry entry) {
        bytes -= entry.bytes();
        matches--;
    }

    private void restored(Slot slot, Group group, List<Entry> stored) {
        for (Entry entry : stored) {
            bytes += entry.bytes();
            matches++;
        }
        schedules[slot.plan.level()].put(slot, group);
        if (group.released || group.isEmpty()) {
            changed(slot);
        }
    }

    /** Listens to the groups. */
    private final class Owner implements Group.Owner {
        @Override
        public void released(Group group, Entry entry) {
            Correlator.this.released(entry);
        }

        @Override
        public void evicted(Group group, Entry entry) {
            evicted.add(new Evicted(group.rule, group.slot.key(), 1, "it has more values than are remembered"));
        }

        @Override
        public void fired(Group group, long time, List<Entry> events, List<Entry> carriers, String measure,
                boolean absent) {
            CorrelationRule rule = group.rule;
            GroupKey key = group.slot.key();
            List<MatchId> ids = events.stream().map(Entry::id).distinct().toList();
            // Findings of other correlations may stand in several groups, so there the group is part of the name, too.
            boolean byEvents = !absent && group.plan.level() == 0;
            String name = byEvents ? rule.id() : rule.id() + "\n" + key.digest() + "\n" + time;
            MatchId id = names.id(name, absent ? List.of() : ids);
            int stamp = Math.max(stamp(events), stamp(carriers));
            fired.add(new Firing(rule, id, key, time, ids, measure, group.plan.silent(), stamp,
                    onward(group, key, id, time, carriers).stream().map(m -> m.stamped(stamp)).toList()));
        }
    }

    private static int stamp(List<Entry> entries) {
        int stamp = 0;
        for (Entry entry : entries) {
            stamp = Math.max(stamp, entry.stamp);
        }
        return stamp;
    }

    private List<KeyedMatch> onward(Group group, GroupKey key, MatchId id, long time, List<Entry> carriers) {
        List<KeyedMatch> onward = new ArrayList<>();
        for (CorrelationSet.Route route : set.routes(group.rule.id())) {
            Map<GroupKey, KeyedMatch> byGroup = new LinkedHashMap<>();
            for (Entry entry : carriers) {
                KeyedMatch match = CorrelationSet.keyed(route, id, time, key.customer(),
                        name -> value(group, key, entry, name));
                if (match != null && (byGroup.size() < ONWARD_GROUPS_MAX || byGroup.containsKey(match.group()))) {
                    byGroup.put(match.group(), match);
                } else if (match != null) {
                    evicted.add(new Evicted(route.plan().rule(), match.group(), 1,
                            "one finding stands in more groups than are followed"));
                }
            }
            onward.addAll(byGroup.values());
        }
        return onward;
    }

    private static @Nullable String value(Group group, GroupKey key, Entry entry, String name) {
        int place = group.rule.groupBy().indexOf(name);
        if (place >= 0) {
            return key.values().get(place);
        }
        int carried = group.plan.carried().indexOf(name);
        return carried < 0 ? null : Objects.requireNonNull(entry.carried).get(carried);
    }
}
