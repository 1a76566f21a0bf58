package dev.tocsin.fabric.cluster;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of logs at the cluster's loggers: in batches, to each logger in turn. A batch stays here until a logger says
 * that it has kept it; when that logger goes, or says nothing for too long, another gets it. When too many are under way, or
 * no logger is there, {@link #write} waits: nothing is dropped. Thread-safe.
 *
 * <p>A logger that kept a batch and died before it could say so has it, and another gets it, too: by the batch's sender
 * and number whoever brings their logs together leaves out the second.
 */
public final class LogSender implements AutoCloseable {
    private static final String TURN = "Tocsin::logs";

    /** How often it is looked for a logger that listens while there is none. */
    private static final long LOOK_MILLIS = 20;

    private final Hub hub;
    private final Cluster cluster;
    private final Pool loggers;
    private final Settings settings;
    private final String sender;
    private final Client client;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final TreeMap<Long, UnderWay> underWay = new TreeMap<>();
    private final Thread thread;
    private List<LogRow> gathered = new ArrayList<>();
    private long gatheredAt;
    private long batches;
    private long rows;
    private long resent;
    private boolean closed;
    /** Whether something is to be sent, and no logger listens. */
    private boolean starved;

    /**
     * @param batchRows a batch is sent when it has so many
     * @param within and not later than so long after its first row
     * @param underWayMax batches that no logger has said to have kept
     * @param answerWithin a logger that has not answered by then is passed over for another
     */
    public record Settings(int batchRows, Duration within, int underWayMax, Duration answerWithin) {
        /** As Zeek has it, 400 rows or a second. */
        public static final Settings DEFAULT = new Settings(400, Duration.ofSeconds(1), 64, Duration.ofSeconds(10));

        public Settings {
            if (batchRows < 1 || underWayMax < 1) {
                throw new IllegalArgumentException("a batch has a row at least, and one is under way at least");
            }
        }
    }

    /** Numbers for people and metrics. @param resent batches that were sent again */
    public record Figures(long rows, long batches, int underWay, long resent) {
    }

    private static final class UnderWay {
        private final byte[] payload;
        private @Nullable String logger;
        private @Nullable UUID endpoint;
        private long sentAt;

        UnderWay(byte[] payload) {
            this.payload = payload;
        }
    }

    public LogSender(Hub hub, Cluster cluster, Settings settings) {
        this(hub, cluster, cluster.loggers(), settings);
    }

    /** @param loggers one of the cluster's pools, whose nodes have a {@link LogReceiver} */
    public LogSender(Hub hub, Cluster cluster, Pool loggers, Settings settings) {
        this.hub = hub;
        this.cluster = cluster;
        this.loggers = loggers;
        this.settings = settings;
        this.sender = hub.id().toString();
        client = hub.client("log-sender");
        client.subscribe(List.of(cluster.topics().nodeId(sender)), this::answered);
        cluster.onChange(_ -> wake());
        thread = Thread.ofVirtual().name("fabric-log-sender").start(this::run);
    }

    /**
     * Waits while too many batches are under way.
     *
     * @throws FabricException when this is closed, or the thread is interrupted
     */
    public void write(String stream, Value value) {
        lock.lock();
        try {
            while (!closed && underWay.size() >= settings.underWayMax()) {
                moved.await();
            }
            if (closed) {
                throw new FabricException("the sender of logs is closed");
            }
            if (gathered.isEmpty()) {
                gatheredAt = System.nanoTime();
                moved.signalAll();
            }
            gathered.add(new LogRow(stream, value));
            rows++;
            if (gathered.size() >= settings.batchRows()) {
                pack();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new FabricException("interrupted while no logger took more");
        } finally {
            lock.unlock();
        }
    }

    /** Sends what was gathered, and waits until loggers have kept all of it. @return whether they had in that time */
    public boolean flush(Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lock();
        try {
            pack();
            while (!underWay.isEmpty() && left > 0 && !closed) {
                left = moved.awaitNanos(left);
            }
            return underWay.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    public Figures figures() {
        lock.lock();
        try {
            return new Figures(rows, batches, underWay.size(), resent);
        } finally {
            lock.unlock();
        }
    }

    private void pack() {
        if (!gathered.isEmpty()) {
            LogBatch batch = new LogBatch(sender, ++batches, rows - gathered.size() + 1, gathered);
            underWay.put(batch.number(), new UnderWay(BinValues.write(batch.toCall().toValue())));
            gathered = new ArrayList<>();
            moved.signalAll();
        }
    }

    private void wake() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void answered(Message message) {
        Optional<EventCall> call = EventCall.from(BinValues.read(message.payload()));
        if (call.isPresent() && call.get().name().equals(LogBatch.KEPT) && call.get().args().size() == 1
                && call.get().args().getFirst() instanceof Value.Count number) {
            lock.lock();
            try {
                if (underWay.remove(number.value()) != null) {
                    moved.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void run() {
        try {
            while (true) {
                UnderWay due = nextDue();
                String logger = due.logger;
                if (logger != null) {
                    // Waits when that logger's queue is full, outside of the lock.
                    client.publish(cluster.topics().node(logger), due.payload);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (FabricException e) {
            if (!isClosed()) {
                throw e;
            }
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private UnderWay nextDue() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                if (!gathered.isEmpty() && now - gatheredAt >= settings.within().toNanos()) {
                    pack();
                }
                UnderWay due = due(now);
                if (due != null) {
                    return due;
                }
                long wait = starved
                        ? TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)
                        : settings.answerWithin().toNanos() / 4;
                if (!gathered.isEmpty()) {
                    wait = Math.min(wait, settings.within().toNanos() - (now - gatheredAt));
                }
                moved.await(Math.max(1, TimeUnit.NANOSECONDS.toMillis(wait)), TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable UnderWay due(long now) {
        starved = false;
        for (UnderWay batch : underWay.values()) {
            String logger = batch.logger;
            if (logger == null || isGone(logger, batch.endpoint)
                    || now - batch.sentAt > settings.answerWithin().toNanos()) {
                Optional<String> next = next();
                starved = next.isEmpty();
                if (starved) {
                    return null;
                }
                resent += logger == null ? 0 : 1;
                batch.logger = next.get();
                batch.endpoint = cluster.endpoint(next.get()).orElse(null);
                batch.sentAt = now;
                return batch;
            }
        }
        return null;
    }

    /** One that is alive may not listen yet: what is sent before goes nowhere. */
    private Optional<String> next() {
        for (int i = 0; i < loggers.nodes().size(); i++) {
            Optional<String> logger = loggers.inTurn(TURN);
            if (logger.isEmpty() || hub.isWanted(cluster.topics().node(logger.get()))) {
                return logger;
            }
        }
        return Optional.empty();
    }

    /** Whether it is away, or was started again since: what it had not kept then it has not. */
    private boolean isGone(String logger, @Nullable UUID endpoint) {
        Optional<UUID> now = cluster.endpoint(logger);
        return now.isEmpty() || !now.get().equals(endpoint);
    }

    /** What no logger has kept yet is given up: {@link #flush} first. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        client.close();
    }
}
