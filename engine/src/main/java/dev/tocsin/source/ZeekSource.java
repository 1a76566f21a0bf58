package dev.tocsin.source;

import dev.tocsin.base.Endpoint;
import dev.tocsin.event.EventId;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ZeekJson;
import dev.tocsin.fabric.data.ZeekLogBatch;
import dev.tocsin.fabric.zmq.ZeekLogger;
import dev.tocsin.source.Received.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A logger of a Zeek cluster: each record of a log batch becomes an event, a JSON object as Zeek's own JSON writer would
 * write it (see {@link ZeekJson}), with {@code _path} (which log), {@code _stream}, {@code _writer} and {@code _node} (who
 * sent it) before its fields. A batch counts as taken when all its records are durable; only so many may be under way.
 *
 * <p>ZeroMQ acknowledges nothing and repeats nothing: each record is its own event, and when this process is killed, what was
 * read from the socket or waits in it and is not durable yet is lost. It may keep a few batches at most, see {@link
 * ZeekLogger}; batches that are still with their sender go to another logger, or wait.
 */
public final class ZeekSource implements Source {
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final String name;
    private final ZeekSourceConfig config;
    private final Hub hub;
    private final Collector collector;
    private final Backlog backlog;
    private final Tally tally;
    private final Feed feed;
    private volatile @Nullable ZeekLogger logger;
    private volatile @Nullable ZeekEvents events;
    private volatile int port;

    /** @param hub over which the cluster's events come and go */
    public ZeekSource(String name, ZeekSourceConfig config, Hub hub, Collector collector) {
        this.name = name;
        this.config = config;
        this.hub = hub;
        this.collector = collector;
        backlog = new Backlog(config.inFlightMax());
        tally = new Tally(collector::now);
        feed = new Feed(config.customer(), name, config.format(), config.logsource(), "zeek");
        port = config.listen().port();
    }

    @Override
    public void start() {
        try {
            ZeekLogger opened = new ZeekLogger(config.listen(), new ZeekLogger.Limits(config.batchMax().bytes(),
                    (int) config.receiveBuffer().bytes()), new Logs());
            port = opened.start();
            logger = opened;
            ZeekSourceConfig.Cluster cluster = config.cluster();
            if (cluster != null) {
                events = new ZeekEvents(hub, cluster, name, this::take);
            }
        } catch (FabricException e) {
            throw new SourceException("source " + name + ": " + e.getMessage(), e);
        }
    }

    /** The port that is open, which the configuration may have left to the system. */
    public int port() {
        return port;
    }

    private final class Logs implements ZeekLogger.Sink {
        @Override
        public CompletableFuture<Void> batch(String node, ZeekLogBatch batch) {
            List<Frame> frames = new ArrayList<>(batch.records().size());
            ZeekJson json = new ZeekJson();
            for (List<Value> one : batch.records()) {
                byte[] line = json.begin().field("_path", batch.path()).field("_stream", batch.stream())
                        .field("_writer", batch.writer()).field("_node", node).fields(batch.fields(), one).end();
                frames.add(line.length > config.messageMax().bytes()
                        ? Frame.tooLong(line, line.length, "message_max", config.messageMax().bytes())
                        : Frame.good(line));
            }
            return take(frames, node);
        }

        @Override
        public CompletableFuture<Void> refused(String node, byte[] payload, String why) {
            Frame whole = payload.length > Limits.KEPT_BYTES
                    ? Frame.tooLong(payload, payload.length, "what a dead letter keeps", Limits.KEPT_BYTES)
                    : Frame.good(payload);
            String cause = "not a log batch of Zeek" + (node.isEmpty() ? "" : " from " + node) + ": " + why;
            return take(List.of(new Frame(whole.bytes(),
                    whole.cause().isEmpty() ? cause : cause + "; " + whole.cause())), node);
        }
    }

    /** Hands over what one message held; waits while too much is under way. @return completes when durable */
    private CompletableFuture<Void> take(List<Frame> frames, String node) {
        List<EventId> names = collector.nameEach(feed, frames.stream().map(Frame::bytes).toList());
        Instant arrival = collector.now();
        List<Received> good = new ArrayList<>(frames.size());
        List<Refused> refused = new ArrayList<>(0);
        long bytes = 0;
        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            bytes += frame.bytes().length;
            Received r = new Received(feed, name + "/" + node, frame.bytes(), arrival, null, "", null,
                    new Identity.Content(names.get(i)));
            if (frame.cause().isEmpty()) {
                good.add(r);
            } else {
                refused.add(new Refused(r, frame.cause()));
            }
        }
        Backlog.Lease lease = backlog.lease();
        lease.grow(bytes);
        tally.received(frames.size());
        return collector.collect(good, refused, Map.of()).whenComplete((_, failure) -> {
            lease.close();
            if (failure == null) {
                tally.durable(good.size(), refused.size());
            } else {
                tally.error("the log is closed: " + failure.getMessage());
            }
        });
    }

    @Override
    public SourceStatus status() {
        ZeekEvents cluster = events;
        String state = logger == null ? "stopped" : backlog.isFull() || collector.refuses() ? "waiting" : "running";
        return tally.status(name, "zeek", new Endpoint(config.listen().host(), port).toString(), state,
                cluster == null ? 0 : cluster.lost());
    }

    @Override
    public void close() {
        ZeekEvents cluster = events;
        if (cluster != null) {
            cluster.close();
            events = null;
        }
        ZeekLogger open = logger;
        if (open != null) {
            open.close();
            if (!backlog.drained(DRAIN)) {
                tally.error("closed while records were not durable yet; they are lost if the log does not come back");
            }
            logger = null;
        }
    }
}
