package dev.tocsin.fabric.store;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory that several nodes share: the promises of {@link StoreLog}, and failures on demand. Compacted on demand, too: a
 * record that is gone leaves its position free.
 */
final class SharedLog {
    private final List<StoreLog.@Nullable Kept> records = new ArrayList<>();
    private final String id = UUID.randomUUID().toString();
    private final Duration lease;
    private final Random random;
    private long epoch;
    private long renewed;
    private boolean released = true;
    private volatile double failing;

    SharedLog(Duration lease, long seed) {
        this.lease = lease;
        this.random = new Random(seed);
    }

    /** How often an append fails, as often with as without having written; each ends the term. */
    void failing(double share) {
        failing = share;
    }

    synchronized int size() {
        return records.size();
    }

    /** What a fresh copy would be made from. */
    synchronized List<StoreLog.Kept> all() {
        return kept(records);
    }

    /**
     * Compacts the records before that position: of each key the last stays.
     *
     * @param marks whether those that say that a key is gone go, too
     */
    synchronized void compact(int before, boolean marks) {
        Set<ByteBuffer> seen = new HashSet<>();
        for (int i = before - 1; i >= 0; i--) {
            StoreLog.Kept record = records.get(i);
            if (record != null && (!seen.add(ByteBuffer.wrap(record.key())) || marks && record.value() == null)) {
                records.set(i, null);
            }
        }
    }

    private static List<StoreLog.Kept> kept(List<StoreLog.@Nullable Kept> some) {
        return some.stream().filter(Objects::nonNull).toList();
    }

    StoreLog door() {
        return new Door();
    }

    private synchronized long append(long from, List<StoreLog.Kept> more, boolean ends) {
        if (from != epoch) {
            throw new IllegalStateException("epoch " + from + " is over, " + epoch + " has begun");
        }
        boolean fails = random.nextDouble() < failing;
        boolean writes = !fails || random.nextBoolean();
        if (writes) {
            records.addAll(more);
            renewed = System.nanoTime();
            released = ends;
            notifyAll();
        }
        if (fails) {
            throw new IllegalStateException("the log answered nothing; it " + (writes ? "has it" : "has it not"));
        }
        return records.size();
    }

    private final class Door implements StoreLog {
        private long position;

        @Override
        public String id() {
            return id;
        }

        @Override
        public long end() {
            synchronized (SharedLog.this) {
                return records.size();
            }
        }

        @Override
        public boolean seek(long to) {
            synchronized (SharedLog.this) {
                if (to > records.size()) {
                    return false;
                }
                position = to;
                return true;
            }
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public List<Kept> poll(Duration patience) {
            synchronized (SharedLog.this) {
                if (position >= records.size()) {
                    try {
                        TimeUnit.NANOSECONDS.timedWait(SharedLog.this, patience.toNanos());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException(e);
                    }
                }
                int to = (int) Math.min(records.size(), position + 500);
                List<Kept> next = kept(records.subList((int) position, to));
                position = to;
                return next;
            }
        }

        @Override
        public Optional<StoreTerm> tryLead() {
            synchronized (SharedLog.this) {
                if (!released && System.nanoTime() - renewed < lease.toNanos()) {
                    return Optional.empty();
                }
                epoch++;
                renewed = System.nanoTime();
                released = false;
                return Optional.of(new Term(epoch, records.size()));
            }
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    private final class Term implements StoreTerm {
        private final long mine;
        private final long end;

        Term(long mine, long end) {
            this.mine = mine;
            this.end = end;
        }

        @Override
        public long epoch() {
            return mine;
        }

        @Override
        public long end() {
            return end;
        }

        @Override
        public long append(List<StoreLog.Kept> more) {
            return SharedLog.this.append(mine, more, false);
        }

        @Override
        public boolean isHeld() {
            synchronized (SharedLog.this) {
                return mine == epoch;
            }
        }

        @Override
        public void close() {
            SharedLog.this.append(mine, List.of(), true);
        }
    }
}
