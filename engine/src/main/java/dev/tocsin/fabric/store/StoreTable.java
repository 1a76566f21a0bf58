package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.ValueSet;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the operations of a store mean: a table over a copy of it, without threads. Mutations are made on top of the copy
 * and become part of it with {@link #commit}, or vanish with {@link #rollback}; {@link #query} sees only what is
 * committed. So a master decides many mutations, makes the log keep them all at once, and only then shows any of them.
 *
 * <p>Each change raises the revision by 1, and the key that it is about gets that revision. A key that is due is gone for
 * every mutation that comes then, whether its expiry was already told or not. Owned by one thread, but for queries.
 */
final class StoreTable {
    private final Entries entries;
    private final InstantSource clock;
    private final StoreLimits limits;
    private final String owner;
    private final Map<Value, Optional<Entry>> over = new HashMap<>();
    private final List<Change> pending = new ArrayList<>();
    private boolean cleared;
    private long revision;
    private long size;
    private long digest;

    /** What a mutation gave. @param revision of the store when it was made; of the key, if it was changed */
    record Result(Value value, long revision) {
    }

    /** @param owner named as the one who lets keys expire */
    StoreTable(Entries entries, InstantSource clock, StoreLimits limits, String owner) {
        this.entries = entries;
        this.clock = clock;
        this.limits = limits;
        this.owner = owner;
        rollback();
    }

    /** The store's revision, with what is not committed. */
    long revision() {
        return revision;
    }

    long size() {
        return size;
    }

    long digest() {
        return digest;
    }

    /** What was changed since the last commit, in order. */
    List<Change> pending() {
        return List.copyOf(pending);
    }

    /** @throws StoreException if it is refused; then nothing was changed, but that the key may have expired before */
    Result apply(Mutation m, String publisher) {
        long now = clock.millis();
        if (m.kind() == Mutation.Kind.CLEAR) {
            return clear(m, publisher);
        }
        Entry before = alive(m.key(), now);
        long has = before == null ? 0 : before.revision();
        if (m.ifRevision() != Mutation.ANY && m.ifRevision() != has) {
            throw new StoreException(StoreFault.REVISION_MISMATCH, "the key has revision " + has + ", not " + m
                    .ifRevision());
        }
        Value old = before == null ? null : before.value();
        try {
            return switch (m.kind()) {
                case PUT -> changed(m, before, m.argument(), Value.NONE, publisher, now);
                case PUT_UNIQUE -> before != null
                        ? new Result(Value.of(false), revision)
                        : changed(m, null, m.argument(), Value.of(true), publisher, now);
                case ERASE ->
                    before == null ? new Result(Value.of(false), revision) : erase(m.key(), before, publisher);
                case INCREMENT -> same(m, before, Arithmetic.plus(old, m.argument()), publisher, now);
                case DECREMENT -> same(m, before, Arithmetic.minus(needed(old), m.argument()), publisher, now);
                case APPEND -> sized(m, before, Containers.append(old, m.argument()), publisher, now);
                case PUSH -> sized(m, before, Containers.push(old, m.argument()), publisher, now);
                case POP -> pop(m, before, needed(old), publisher, now);
                case INSERT_INTO_SET -> {
                    Value after = Containers.insert(old, m.argument());
                    yield changed(m, before, after, Value.of(after != old), publisher, now);
                }
                case INSERT_INTO_TABLE -> {
                    Value after = Containers.insert(old, m.argument(), m.second());
                    boolean isNew = old == null || !Containers.sizeOf(old).equals(Containers.sizeOf(after));
                    yield changed(m, before, after, Value.of(isNew), publisher, now);
                }
                case REMOVE_FROM -> {
                    Value after = Containers.remove(needed(old), m.argument());
                    yield after == old
                            ? new Result(Value.of(false), revision)
                            : changed(m, before, after, Value.of(true), publisher, now);
                }
                case CLEAR -> throw new IllegalStateException("clear has no key");
            };
        } catch (ValueException e) {
            throw new StoreException(StoreFault.TOO_LARGE, String.valueOf(e.getMessage()));
        }
    }

    private Result pop(Mutation m, @Nullable Entry before, Value old, String publisher, long now) {
        Value after = Containers.pop(old);
        dev.tocsin.fabric.data.Vector vector = (dev.tocsin.fabric.data.Vector) old;
        return changed(m, before, after, vector.get(vector.size() - 1), publisher, now);
    }

    private Result same(Mutation m, @Nullable Entry before, Value after, String publisher, long now) {
        return changed(m, before, after, after, publisher, now);
    }

    private Result sized(Mutation m, @Nullable Entry before, Value after, String publisher, long now) {
        return changed(m, before, after, Containers.sizeOf(after), publisher, now);
    }

    private static Value needed(@Nullable Value value) {
        if (value == null) {
            throw new StoreException(StoreFault.NO_SUCH_KEY, "the key is not there");
        }
        return value;
    }

    private Result changed(Mutation m, @Nullable Entry before, Value value, Value result, String publisher, long now) {
        if (before == null && size >= limits.keysMax()) {
            throw new StoreException(StoreFault.STORE_FULL, "the store has " + size + " keys, and may not have more");
        }
        checkSize(m.key());
        checkSize(value);
        long span = switch (m.expiry().kind()) {
            case NEVER -> 0;
            case AFTER -> m.expiry().millis();
            case KEEP -> before == null ? 0 : before.spanMillis();
        };
        // The clock shows whole milliseconds that have begun; one more, and it is not early.
        long due = span == 0 ? 0 : now + span + 1;
        Entry after = Entry.of(m.key(), value, revision + 1, span, due);
        add(new Change(before == null ? Change.Kind.INSERT : Change.Kind.UPDATE, m.key(), before, after, revision + 1,
                publisher));
        return new Result(result, revision);
    }

    private void checkSize(Value value) {
        if (Weights.bytes(value) > limits.valueBytesMax()) {
            throw new StoreException(StoreFault.TOO_LARGE, "a value has " + limits.valueBytesMax() + " bytes at most");
        }
    }

    private Result erase(Value key, Entry before, String publisher) {
        add(new Change(Change.Kind.ERASE, key, before, null, revision + 1, publisher));
        return new Result(Value.of(true), revision);
    }

    private Result clear(Mutation m, String publisher) {
        if (m.ifRevision() != Mutation.ANY && m.ifRevision() != revision) {
            throw new StoreException(StoreFault.REVISION_MISMATCH, "the store has revision " + revision + ", not " + m
                    .ifRevision());
        }
        Value count = Value.count(size);
        if (size > 0) {
            add(new Change(Change.Kind.CLEAR, Value.NONE, null, null, revision + 1, publisher));
        }
        return new Result(count, revision);
    }

    /** What stands under the key, if it is not due; a key that is due goes now. */
    private @Nullable Entry alive(Value key, long now) {
        Entry entry = current(key);
        if (entry != null && entry.isDue(now)) {
            add(new Change(Change.Kind.EXPIRE, key, entry, null, revision + 1, owner));
            return null;
        }
        return entry;
    }

    private @Nullable Entry current(Value key) {
        Optional<Entry> mine = over.get(key);
        if (mine != null) {
            return mine.orElse(null);
        }
        return cleared ? null : entries.get(key);
    }

    /** Lets go what is due, the longest due first. To be called with nothing pending. @return how many */
    int expire(int max) {
        long now = clock.millis();
        List<Value> due = entries.due(now, max);
        due.forEach(key -> alive(key, now));
        return due.size();
    }

    /** Makes a change that a master has made. What is there already is left out. @return whether anything changed */
    boolean replay(Change.Kind kind, Value key, @Nullable Entry after, long to, String publisher) {
        if (to <= revision) {
            return false;
        }
        Entry before = kind == Change.Kind.CLEAR ? null : current(key);
        revision = to - 1;
        Change.Kind seen = after == null ? kind : before == null ? Change.Kind.INSERT : Change.Kind.UPDATE;
        add(new Change(seen, key, before, after, to, publisher));
        return true;
    }

    private void add(Change change) {
        Entry before = change.before();
        Entry after = change.after();
        revision = change.revision();
        if (change.kind() == Change.Kind.CLEAR) {
            over.clear();
            cleared = true;
            size = 0;
            digest = 0;
        } else {
            over.put(change.key(), Optional.ofNullable(after));
            size += (after == null ? 0 : 1) - (before == null ? 0 : 1);
            digest += (after == null ? 0 : after.hash()) - (before == null ? 0 : before.hash());
        }
        pending.add(change);
    }

    /** The changes up to there left nothing behind, and their records are gone from the log. */
    void skip(long to) {
        revision = Math.max(revision, to);
    }

    /** What is pending becomes part of the copy. */
    void commit(Map<UUID, byte[]> sessions, Entries.Place place) {
        entries.apply(pending, sessions, new Entries.Mark(revision, size, digest, place, clock.millis()));
        rollback();
    }

    /** What is pending never was. */
    void rollback() {
        Entries.Mark mark = entries.mark();
        over.clear();
        pending.clear();
        cleared = false;
        revision = mark.revision();
        size = mark.size();
        digest = mark.digest();
    }

    /** Answers from what is committed. @param nowMillis keys due by then are left out */
    Value query(Query q, long nowMillis) {
        return switch (q.kind()) {
            case GET -> found(q.key(), nowMillis).value();
            case EXISTS -> Value.of(find(q.key(), nowMillis).isPresent());
            case GET_INDEX_FROM_VALUE -> Containers.at(found(q.key(), nowMillis).value(), q.index());
            case SIZE -> Value.count(entries.mark().size() - entries.due(nowMillis, Integer.MAX_VALUE).size());
            case KEYS -> {
                List<Value> keys = new ArrayList<>();
                try (Entries.Snapshot all = entries.snapshot()) {
                    all.forEachRemaining(e -> {
                        if (!e.getValue().isDue(nowMillis)) {
                            keys.add(e.getKey());
                        }
                    });
                }
                yield ValueSet.of(keys);
            }
        };
    }

    Optional<Entry> find(Value key, long nowMillis) {
        return Optional.ofNullable(entries.get(key)).filter(e -> !e.isDue(nowMillis));
    }

    private Entry found(Value key, long nowMillis) {
        return find(key, nowMillis).orElseThrow(() -> new StoreException(StoreFault.NO_SUCH_KEY,
                "the key is not there"));
    }
}
