package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One copy of a store, read by many threads and written by its node's. What is written becomes visible in one step, and in
 * that step it goes to the watches.
 */
final class Replica {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
    /** A clone hides what is due for so long although the master has not said so yet: it may be on its way, or dead. */
    private static final long GRACE_MILLIS = 100;

    private final String store;
    private final InstantSource clock;
    private final Entries entries;
    private final StoreTable table;
    private final @Nullable Consumer<StoreEvent> events;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>();
    private final String log;
    private volatile long shown;
    /** Up to which revision nothing is missing. */
    private volatile long settled;
    private volatile long version;
    private volatile boolean master;
    private volatile long rebuilt;
    private ChangeRecords.@Nullable Beat last;
    private volatile ChangeRecords.@Nullable Beat beat;
    private volatile long beatNanos;

    private record Waiter(long revision, CompletableFuture<Void> reached) implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            return Long.compare(revision, other.revision);
        }
    }

    /** @param log the id of the log that it follows. @param events told of each change; null if nobody is to be told */
    Replica(String store, String log, String node, Entries entries, InstantSource clock, StoreLimits limits,
            @Nullable Consumer<StoreEvent> events) {
        this.store = store;
        this.log = log;
        this.clock = clock;
        this.entries = entries;
        this.table = new StoreTable(entries, clock, limits, node);
        this.events = events;
        this.shown = entries.mark().revision();
        this.settled = entries.mark().place().isWhole() ? shown : 0;
    }

    /** For the node's thread only. */
    StoreTable table() {
        return table;
    }

    Entries.Mark mark() {
        return entries.mark();
    }

    Map<UUID, byte[]> sessions() {
        return entries.sessions();
    }

    long nextDueMillis() {
        return entries.nextDueMillis();
    }

    void master(boolean is) {
        master = is;
    }

    Value query(Query query) {
        lock.readLock().lock();
        try {
            return table.query(query, now());
        } finally {
            lock.readLock().unlock();
        }
    }

    Answer answer(Query query) {
        lock.readLock().lock();
        try {
            return new Answer(table.query(query, now()), shown);
        } finally {
            lock.readLock().unlock();
        }
    }

    Optional<Entry> find(Value key) {
        lock.readLock().lock();
        try {
            return table.find(key, now());
        } finally {
            lock.readLock().unlock();
        }
    }

    private long now() {
        return master ? clock.millis() : clock.millis() - GRACE_MILLIS;
    }

    /** Completes when the copy has that revision. */
    CompletableFuture<Void> reached(long revision) {
        if (settled >= revision) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> reached = new CompletableFuture<>();
        synchronized (waiters) {
            waiters.removeIf(w -> w.reached.isDone());
            waiters.add(new Waiter(revision, reached));
        }
        wake();
        return reached;
    }

    private void wake() {
        long now = settled;
        while (true) {
            Waiter first;
            synchronized (waiters) {
                first = waiters.peek();
                if (first == null || first.revision > now) {
                    return;
                }
                waiters.remove();
            }
            first.reached.complete(null);
        }
    }

    /** What the table has pending, the log has kept; it becomes visible. */
    void commit(Map<UUID, byte[]> sessions, long position) {
        commit(sessions, new Entries.Place(log, position, 0));
    }

    private void commit(Map<UUID, byte[]> sessions, Entries.Place place) {
        List<Change> changes = table.pending();
        lock.writeLock().lock();
        try {
            table.commit(sessions, place);
            shown = entries.mark().revision();
            if (place.isWhole()) {
                settled = shown;
            }
            if (!changes.isEmpty()) {
                version++;
            }
            if (!watches.isEmpty()) {
                changes.forEach(c -> {
                    StoreEvent event = StoreEvent.of(store, c);
                    watches.forEach(w -> w.offer(event));
                });
            }
        } finally {
            lock.writeLock().unlock();
        }
        Consumer<StoreEvent> told = events;
        if (told != null) {
            changes.forEach(c -> told.accept(StoreEvent.of(store, c)));
        }
        wake();
    }

    /**
     * Makes the changes that a master has made. Compaction takes from the log what was changed again further back, so
     * where revisions are missing the copy is no state of the master's until all has been read that was in the log then.
     *
     * @param from where the records stand
     * @param source they were polled from it last
     * @return false if the copy turned out not to be the master's; it is empty then
     */
    boolean follow(List<StoreLog.Kept> records, long from, StoreLog source) {
        long wholeAt = entries.mark().place().wholeAt();
        Following following = new Following(from >= wholeAt);
        records.forEach(r -> ChangeRecords.read(r, following));
        long to = following.hole ? Math.max(wholeAt, source.end()) : wholeAt;
        commit(following.sessions, new Entries.Place(log, source.position(), to));
        if (following.wrong) {
            differs();
        }
        return !following.wrong;
    }

    private void differs() {
        LOG.warn("the copy of {} differs from its master's at revision {}; it is read anew", store, shown);
        reset();
        rebuilt++;
    }

    /**
     * All that any master before has committed was read, so that nothing can be missing.
     *
     * @return false if the copy is not the last master's all the same; it is empty then
     */
    boolean settle(long position) {
        ChangeRecords.Beat heard = last;
        if (heard != null && heard.revision() >= table.revision()) {
            table.skip(heard.revision());
            if (heard.digest() != table.digest()) {
                differs();
                return false;
            }
        }
        commit(Map.of(), position);
        return true;
    }

    private final class Following implements ChangeRecords.Reader {
        private final Map<UUID, byte[]> sessions = new HashMap<>();
        private boolean whole;
        private boolean hole;
        private boolean wrong;

        Following(boolean whole) {
            this.whole = whole;
        }

        /** @param next the revision that comes next, if none is missing */
        private void expect(long next, long revision) {
            if (revision > next) {
                whole = false;
                hole = true;
            }
        }

        @Override
        public void change(Change.Kind kind, Value key, @Nullable Entry after, long revision, String publisher) {
            expect(table.revision() + 1, revision);
            table.replay(kind, key, after, revision, publisher);
        }

        @Override
        public void session(UUID client, byte[] told) {
            sessions.put(client, told);
        }

        @Override
        public void beat(ChangeRecords.Beat heard) {
            last = heard;
            expect(table.revision(), heard.revision());
            table.skip(heard.revision());
            if (whole && heard.revision() == table.revision()) {
                wrong |= heard.digest() != table.digest();
                beat = heard;
                beatNanos = System.nanoTime();
            }
        }
    }

    /** Where this copy is the master's. */
    void beats(ChangeRecords.Beat own) {
        beat = own;
        beatNanos = System.nanoTime();
    }

    /** What is pending is forgotten. */
    void rollback() {
        table.rollback();
    }

    void prove() {
        entries.prove();
    }

    boolean isDamaged() {
        return entries.isDamaged();
    }

    /** Empties a copy that is damaged, to be read anew. @return whether it was */
    boolean mend() {
        boolean is = entries.isDamaged();
        if (is) {
            reset();
            rebuilt++;
        }
        return is;
    }

    void reset() {
        lock.writeLock().lock();
        try {
            entries.reset();
            table.rollback();
            shown = 0;
            settled = 0;
            last = null;
            version++;
            watches.forEach(Watch::restart);
        } finally {
            lock.writeLock().unlock();
        }
    }

    AutoCloseable watch(StoreWatcher watcher) {
        Starter starter = new Starter();
        Watch watch = new Watch(watcher, starter);
        starter.watch = watch;
        watches.add(watch);
        watch.start();
        return () -> {
            watches.remove(watch);
            watch.close();
        };
    }

    private final class Starter implements Supplier<Watch.Start> {
        private @Nullable Watch watch;

        @Override
        public Watch.Start get() {
            lock.readLock().lock();
            try {
                if (watch != null) {
                    watch.follow();
                }
                return new Watch.Start(shown, entries.snapshot());
            } finally {
                lock.readLock().unlock();
            }
        }
    }

    /** Rises with everything that makes another answer possible, but for expiry. */
    long version() {
        return version;
    }

    StoreStatus status(String error) {
        ChangeRecords.Beat last = beat;
        Entries.Mark mark;
        lock.readLock().lock();
        try {
            mark = entries.mark();
        } finally {
            lock.readLock().unlock();
        }
        Duration age = Duration.ZERO;
        if (!master) {
            age = last == null
                    ? Duration.ofDays(365)
                    : max(Duration.ofNanos(System.nanoTime() - beatNanos), Duration.ofMillis(clock.millis() - last
                            .atMillis()));
        }
        return new StoreStatus(store, master, last == null ? "" : last.master(), last == null ? 0 : last.epoch(), mark
                .revision(), mark.size(), entries.bytes(), mark.digest(), age, rebuilt, error);
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    void close() {
        watches.forEach(Watch::close);
        lock.writeLock().lock();
        try {
            entries.close();
        } finally {
            lock.writeLock().unlock();
        }
        synchronized (waiters) {
            waiters.forEach(w -> w.reached.completeExceptionally(new StoreException(StoreFault.CLOSED,
                    "it was closed")));
            waiters.clear();
        }
    }
}
