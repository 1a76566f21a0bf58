package dev.tocsin.sigma.correlate;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
 * timers in the order of event time. A schedule knows which groups have something due, so an advance costs as much as there
 * is to decide, however many groups are alive.
 *
 * <p>State is written as it grows: a small group as one record, of a larger one only what a batch brought to it
 * ({@link GroupRecords}). What can be computed from matches (counts, sums, places) is not stored. A restart reads the
 * records, and every group stands where it stood: the watermark is stored, too, so it is known which matches were decided.
 *
 * <p>Groups and memory are bounded. Beyond a limit the group that got no match for longest is forgotten, or, when a single
 * group has half of the memory, that one; each is reported by {@link #takeEvicted}. Used by one thread.
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

    private record Place(String plan, GroupKey key) {
        @Override
        public int hashCode() {
            return plan.hashCode() + key.hashCode();
        }

        static Place of(Group group) {
            return new Place(group.plan.digest(), group.key);
        }
    }

    private final CorrelationSet set;
    private final AlertNames names;
    private final Limits limits;
    private final CorrelationStore store;
    private final LinkedHashMap<Place, Group> groups = new LinkedHashMap<>(16, 0.75f, true);
    private final Schedule[] schedules;
    private final long[] watermarks;
    private final long[] storedWatermarks;
    private final List<Group> dirty = new ArrayList<>();
    private final List<Evicted> evicted = new ArrayList<>();
    private final Group.Owner owner = new Owner();
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
        restore();
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
        Group group = group(plan.get(), match.group());
        Entry entry = new Entry(match.timeMillis(), match.rule(), match.event().high(), match.event().low(),
                match.value(), match.carried());
        group.pending.add(entry);
        group.records.add(entry);
        bytes += entry.bytes();
        matches++;
        changed(group);
        schedules[level].arrived(group, entry.time);
        keepLimits(group);
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
        watermarks[level] = watermark;
        Schedule schedule = schedules[level];
        for (Group group = schedule.next(watermark); group != null; group = schedule.next(watermark)) {
            changed(group);
            try {
                group.run(watermark);
                schedule.put(group);
            } catch (RuntimeException e) {
                // One group must not stop the others.
                evict(group, "deciding it failed: " + e);
            }
        }
        List<Firing> now = fired;
        fired = new ArrayList<>();
        return now;
    }

    /** Writes what changed to the store and lets go of groups that have nothing left. To be called once for each batch. */
    public void save() {
        for (Group group : dirty) {
            group.records.dirty = false;
            if (group.forgotten) {
                continue;
            }
            if (group.isEmpty()) {
                group.records.remove(group, store);
                forget(group);
            } else {
                group.records.write(group, store);
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

    private Group group(CorrelationSet.Plan plan, GroupKey key) {
        return groups.computeIfAbsent(new Place(plan.digest(), key), _ -> Group.of(plan, key, owner));
    }

    private void changed(Group group) {
        if (!group.records.dirty) {
            group.records.dirty = true;
            dirty.add(group);
        }
    }

    private void forget(Group group) {
        groups.remove(Place.of(group), group);
        group.arrivalDue = Group.NEVER;
        group.timerDue = Group.NEVER;
        group.forgotten = true;
    }

    private void keepLimits(Group newest) {
        while (groups.size() > limits.groupsMax() || bytes() > limits.bytesMax()) {
            long ofNewest = (long) newest.records.live() * bytes / Math.max(1, matches);
            boolean hog = bytes() > limits.bytesMax() && ofNewest > limits.bytesMax() / 2;
            Group out = hog ? newest : groups.firstEntry().getValue();
            evict(out, hog ? "it alone has half of the memory" : "there is no room for more");
            if (out == newest) {
                return;
            }
        }
    }

    private void evict(Group group, String cause) {
        List<Entry> live = group.live();
        evicted.add(new Evicted(group.rule, group.key, live.size(), cause));
        live.stream().filter(e -> !e.gone).forEach(group::release);
        group.records.remove(group, store);
        forget(group);
    }

    private void restore() {
        Map<String, Group> byName = new HashMap<>();
        Map<Group, List<Entry>> stored = new LinkedHashMap<>();
        List<String> strangers = new ArrayList<>();
        store.entries().forEach((name, value) -> {
            if (name.startsWith(GroupCodec.WATERMARK)) {
                int level = Integer.parseInt(name.substring(GroupCodec.WATERMARK.length()));
                if (level < watermarks.length) {
                    watermarks[level] = ByteBuffer.wrap(value).getLong();
                } else {
                    strangers.add(name);
                }
            } else if (name.startsWith(GroupCodec.HEAD) || name.startsWith(GroupCodec.CHUNK)) {
                String[] parts = name.split("/", -1);
                Optional<CorrelationSet.Plan> plan = set.plan(parts[1]);
                if (plan.isEmpty()) {
                    strangers.add(name);
                    return;
                }
                GroupCodec.Read read = GroupCodec.read(value);
                Group group = byName.computeIfAbsent(parts[1] + "/" + parts[2],
                        _ -> Group.of(plan.get(), read.key(), owner));
                List<Entry> entries = stored.computeIfAbsent(group, _ -> new ArrayList<>());
                if (name.startsWith(GroupCodec.HEAD)) {
                    GroupCodec.head(read.rest(), group);
                    group.records.restoreHead(value);
                } else {
                    List<Entry> chunk = GroupCodec.entries(read.rest());
                    group.records.restoreChunk(name, Integer.parseInt(parts[3]), chunk);
                    entries.addAll(chunk);
                }
            }
        });
        strangers.forEach(store::remove);
        stored.forEach(this::restore);
    }

    private void restore(Group group, List<Entry> entries) {
        for (Entry entry : entries) {
            bytes += entry.bytes();
            matches++;
        }
        int level = group.plan.level();
        groups.put(Place.of(group), group);
        group.restore(entries, watermarks[level]);
        schedules[level].put(group);
        changed(group);
    }

    /** Listens to the groups. */
    private final class Owner implements Group.Owner {
        @Override
        public void released(Group group, Entry entry) {
            group.records.release(entry);
            bytes -= entry.bytes();
            matches--;
        }

        @Override
        public void evicted(Group group, Entry entry) {
            evicted.add(new Evicted(group.rule, group.key, 1, "it has more values than are remembered"));
        }

        @Override
        public void fired(Group group, long time, List<Entry> events, List<Entry> carriers, String measure,
                boolean absent) {
            CorrelationRule rule = group.rule;
            List<MatchId> ids = events.stream().map(Entry::id).distinct().toList();
            // Findings of other correlations may stand in several groups, so there the group is part of the name, too.
            boolean byEvents = !absent && group.plan.level() == 0;
            String name = byEvents ? rule.id() : rule.id() + "\n" + group.key.digest() + "\n" + time;
            MatchId id = names.id(name, absent ? List.of() : ids);
            fired.add(new Firing(rule, id, group.key, time, ids, measure, group.plan.silent(),
                    onward(group, id, time, carriers)));
        }
    }

    private List<KeyedMatch> onward(Group group, MatchId id, long time, List<Entry> carriers) {
        List<KeyedMatch> onward = new ArrayList<>();
        for (CorrelationSet.Route route : set.routes(group.rule.id())) {
            Map<GroupKey, KeyedMatch> byGroup = new LinkedHashMap<>();
            for (Entry entry : carriers) {
                KeyedMatch match = CorrelationSet.keyed(route, id, time, group.key.customer(),
                        name -> value(group, entry, name));
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

    private static @Nullable String value(Group group, Entry entry, String name) {
        int place = group.rule.groupBy().indexOf(name);
        if (place >= 0) {
            return group.key.values().get(place);
        }
        int carried = group.plan.carried().indexOf(name);
        return carried < 0 ? null : Objects.requireNonNull(entry.carried).get(carried);
    }
}
