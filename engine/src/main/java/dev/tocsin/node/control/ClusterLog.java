package dev.tocsin.node.control;

import dev.tocsin.base.Printable;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.cluster.Cluster;
import dev.tocsin.fabric.cluster.ClusterTopics;
import dev.tocsin.fabric.cluster.LogBatch;
import dev.tocsin.fabric.cluster.LogReceiver;
import dev.tocsin.fabric.cluster.LogRow;
import dev.tocsin.fabric.cluster.LogSender;
import dev.tocsin.fabric.cluster.NodeType;
import dev.tocsin.fabric.cluster.Pool;
import dev.tocsin.fabric.cluster.PoolSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log lines of all nodes of a cluster at one place: each node sends its own at WARN and above, and what happens to its
 * links, to the cluster's loggers, or to the managers when the layout has no logger. Who gets them writes them into its own
 * log with the sender's name, and keeps the last {@value #KEPT_MAX} to be asked for.
 *
 * <p>Whoever logs never waits: {@value #WAITING_MAX} lines wait to be sent, beside the batches that {@link LogSender} has
 * under way; what is more is counted, and the number is sent when there is room. A line that has been sent is written
 * once.
 */
public final class ClusterLog implements AutoCloseable {
    /** All managers; there is a pool of loggers anyway. */
    public static final PoolSpec MANAGERS = PoolSpec.of(ClusterTopics.SLASHES.pool("manager"), NodeType.MANAGER);

    static final String LOGGER = "dev.tocsin.cluster";
    static final int KEPT_MAX = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    private static final int WAITING_MAX = 1_000;
    private static final int SHOWN_MAX = 2_000;
    private static final Set<Status.Code> LINKS = Set.of(Status.Code.PEER_ADDED, Status.Code.PEER_REMOVED,
            Status.Code.PEER_LOST);
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final Pool keepers;
    private final boolean keeps;
    private final Deque<LogLine> kept = new ArrayDeque<>();
    private final BlockingQueue<LogLine> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final @Nullable LogReceiver receiver;
    private final @Nullable LogSender sender;
    private final Hub.Listening statuses;
    private final @Nullable LogCapture capture;
    private final Thread thread;
    /** Of the thread alone. */
    private long announced;
    private volatile boolean closed;

    /**
     * What a node has of it.
     *
     * @param keepers the nodes that have the lines of all
     * @param lines newest first; of this node alone when it is none of those
     */
    public record Tail(List<String> keepers, List<LogLine> lines) {
        public static final Tail NONE = new Tail(List.of(), List.of());
    }

    /**
     * Numbers for metrics.
     *
     * @param sent lines of this node that went to others
     * @param dropped lines of this node that did not, since too many waited
     * @param written lines of other nodes that were written here
     */
    public record Figures(long sent, long dropped, long written) {
    }

    /** @param captures whether this process' log is that of this node */
    public ClusterLog(Hub hub, Cluster cluster, boolean captures) {
        this.cluster = cluster;
        keepers = cluster.loggers().nodes().isEmpty() ? cluster.pool(MANAGERS) : cluster.loggers();
        keeps = keepers.nodes().contains(hub.name());
        receiver = keeps ? new LogReceiver(hub, cluster, this::keep) : null;
        sender = keeps || keepers.nodes().isEmpty()
                ? null
                : new LogSender(hub, cluster, keepers, LogSender.Settings.DEFAULT);
        thread = Thread.ofVirtual().name("fabric-cluster-log").unstarted(this::run);
        statuses = hub.onStatus(s -> heard(hub.name(), s));
        capture = captures ? new LogCapture(hub.name(), LOGGER, this::tell).begin() : null;
        if (sender != null) {
            thread.start();
        }
    }

    private void heard(String node, Status status) {
        // What is an error the status board logs itself, so it comes with the other lines.
        if (LINKS.contains(status.code())) {
            tell(new LogLine(Instant.now(), node, status.code() == Status.Code.PEER_LOST ? "WARN" : "INFO", "fabric",
                    status.code().text() + " " + status.node() + ": " + status.text()));
        }
    }

    /** Takes a line of this node; never waits. */
    void tell(LogLine line) {
        remember(line);
        if (sender != null && !closed && Thread.currentThread() != thread && !waiting.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private void remember(LogLine line) {
        synchronized (kept) {
            kept.addFirst(line);
            if (kept.size() > KEPT_MAX) {
                kept.removeLast();
            }
        }
    }

    private void run() {
        LogSender to = sender;
        try {
            while (to != null && !closed) {
                LogLine line = waiting.take();
                to.write(LogLine.STREAM, line.toValue());
                long missing = dropped.get() - announced;
                // Not before there is room again, or each line would bring its own.
                if (missing > 0 && waiting.size() < WAITING_MAX / 2) {
                    announced += missing;
                    to.write(LogLine.STREAM, new LogLine(Instant.now(), line.node(), "WARN", "fabric", missing
                            + " lines of the log were not sent, since too many waited").toValue());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (FabricException _) {
            // Closing: the lines are in this node's own log.
        }
    }

    private CompletableFuture<Void> keep(LogBatch batch) {
        for (LogRow row : batch.rows()) {
            LogLine.of(row.value()).filter(_ -> row.stream().equals(LogLine.STREAM)).ifPresent(this::write);
        }
        return CompletableFuture.completedFuture(null);
    }

    private void write(LogLine line) {
        // The layout bounds the names; what else another node says must not look like a line of ours.
        String node = cluster.layout().member(line.node()).isPresent() ? line.node() : "unknown";
        LogLine safe = new LogLine(line.time(), node, line.level().matches("ERROR|WARN") ? line.level() : "INFO",
                Printable.clip(line.logger(), 100), Printable.clip(line.message(), SHOWN_MAX));
        remember(safe);
        written.incrementAndGet();
        switch (safe.level()) {
            case "ERROR" -> LOG.error("{} {}: {}", node, safe.logger(), safe.message());
            case "WARN" -> LOG.warn("{} {}: {}", node, safe.logger(), safe.message());
            default -> LOG.info("{} {}: {}", node, safe.logger(), safe.message());
        }
    }

    public Tail tail(int limit) {
        synchronized (kept) {
            return new Tail(keepers.nodes(), kept.stream().limit(limit).toList());
        }
    }

    public Figures figures() {
        return new Figures(sender == null ? 0 : sender.figures().rows(), dropped.get(), written.get());
    }

    private void farewell(LogSender to) {
        try {
            thread.interrupt();
            thread.join();
            for (LogLine line = waiting.poll(); line != null && to.figures().underWay() == 0; line = waiting.poll()) {
                to.write(LogLine.STREAM, line.toValue());
            }
            to.flush(FAREWELL);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends what there is, if that takes no longer than a second. */
    @Override
    public void close() {
        statuses.close();
        if (capture != null) {
            capture.close();
        }
        closed = true;
        if (sender != null) {
            farewell(sender);
            sender.close();
        }
        if (receiver != null) {
            receiver.close();
        }
    }
}
