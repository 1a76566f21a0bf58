package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A copy in memory. */
final class MemoryEntries implements Entries {
    /** The map's node, the entry and the objects of key and value, as a JVM lays them out. */
    private static final long ENTRY_BYTES = 160;

    private final Map<Value, Entry> entries = new HashMap<>();
    private final TreeSet<Due> dues = new TreeSet<>();
    private final Map<UUID, byte[]> sessions = new HashMap<>();
    private Mark mark = Mark.ZERO;
    private volatile long bytes;

    private record Due(long millis, Value key) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int order = Long.compare(millis, other.millis);
            return order != 0 ? order : key.compareTo(other.key);
        }
    }

    @Override
    public Mark mark() {
        return mark;
    }

    @Override
    public @Nullable Entry get(Value key) {
        return entries.get(key);
    }

    @Override
    public void apply(List<Change> changes, Map<UUID, byte[]> told, Mark to) {
        for (Change change : changes) {
            Entry after = change.after();
            if (change.kind() == Change.Kind.CLEAR) {
                entries.clear();
                dues.clear();
                bytes = 0;
                continue;
            }
            Entry before = after == null ? entries.remove(change.key()) : entries.put(change.key(), after);
            bytes += weight(change.key(), after) - weight(change.key(), before);
            if (before != null && before.dueMillis() != 0) {
                dues.remove(new Due(before.dueMillis(), change.key()));
            }
            if (after != null && after.dueMillis() != 0) {
                dues.add(new Due(after.dueMillis(), change.key()));
            }
        }
        told.forEach((client, session) -> {
            if (session.length == 0) {
                sessions.remove(client);
            } else {
                sessions.put(client, session);
            }
        });
        mark = to;
    }

    private static long weight(Value key, @Nullable Entry entry) {
        return entry == null ? 0 : ENTRY_BYTES + Weights.bytes(key) + Weights.bytes(entry.value());
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public List<Value> due(long nowMillis, int max) {
        List<Value> due = new ArrayList<>();
        for (Due each : dues) {
            if (each.millis > nowMillis || due.size() == max) {
                break;
            }
            due.add(each.key);
        }
        return due;
    }

    @Override
    public long nextDueMillis() {
        return dues.isEmpty() ? Long.MAX_VALUE : dues.first().millis;
    }

    @Override
    public Map<UUID, byte[]> sessions() {
        return Map.copyOf(sessions);
    }

    @Override
    public Snapshot snapshot() {
        List<Map.Entry<Value, Entry>> all = new ArrayList<>(entries.size());
        entries.forEach((key, entry) -> all.add(Map.entry(key, entry)));
        Iterator<Map.Entry<Value, Entry>> each = all.iterator();
        return new Snapshot() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public Map.Entry<Value, Entry> next() {
                return each.next();
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    @Override
    public void reset() {
        entries.clear();
        dues.clear();
        sessions.clear();
        bytes = 0;
        mark = Mark.ZERO;
    }

    @Override
    public void close() {
        reset();
    }
}
