package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sends syslog messages by RELP and commits when the receiver has acknowledged every one: at least once. When it is away
 * or a message is not acknowledged in time, {@link #flush} throws and the events wait; what was acknowledged before is not
 * sent again by this process. An event comes twice when its acknowledgement was lost, or when the process died before
 * the commit.
 */
public final class RelpSink implements Stage {
    private final RelpSinkConfig config;
    private final SyslogMessage message;
    private final Sent sent;
    private final TreeMap<Integer, List<Framed>> pending = new TreeMap<>();
    private @Nullable RelpSession session;

    private record Framed(EventId id, byte[] bytes) {
    }

    /** @param node this node's name, the host of each message */
    public RelpSink(RelpSinkConfig config, String node, SinkCounts counts) {
        this.config = config;
        this.sent = new Sent(counts);
        this.message = new SyslogMessage(new SyslogStyle(config.rfc(), config.facility(), config.format(),
                Math.toIntExact(config.messageMax().bytes())), node, counts.cut);
    }

    @Override
    public void assigned(int partition, State state) {
        sent.assigned();
        pending.remove(partition);
    }

    @Override
    public void revoked(int partition) {
        pending.remove(partition);
    }

    @Override
    public void rewound(int partition) {
        sent.forget();
    }

    @Override
    public void handle(int partition, List<Event> events, Output out) {
        sent.begin();
        List<Framed> frames = pending.computeIfAbsent(partition, _ -> new ArrayList<>());
        for (Event event : events) {
            sent.take(event.id());
            if (!sent.isAcknowledged(event.id())) {
                frames.add(new Framed(event.id(), message.of(event)));
            }
            out.done(event);
        }
    }

    /** @throws IOException when the receiver is away, or does not acknowledge */
    @Override
    public void flush(Commit commit) throws IOException {
        List<Framed> frames = pending.values().stream().flatMap(List::stream).toList();
        if (!frames.isEmpty()) {
            deliver(frames);
        }
        pending.clear();
        sent.flushed();
    }

    private void deliver(List<Framed> frames) throws IOException {
        Count count = new Count(frames);
        try {
            opened().deliver(frames.stream().map(Framed::bytes).toList(), config.window(), count);
        } catch (IOException e) {
            sent.unanswered(count.waiting);
            drop();
            throw new IOException("cannot deliver to " + config.address() + ": " + e.getMessage(), e);
        }
    }

    private RelpSession opened() throws IOException {
        RelpSession open = session;
        if (open != null && open.isAlive()) {
            return open;
        }
        drop();
        Connection connection = Connection.open(config.address(), config.tls(), config.timeout());
        try {
            RelpSession fresh = new RelpSession(connection);
            session = fresh;
            return fresh;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private void drop() {
        RelpSession open = session;
        session = null;
        if (open != null) {
            open.close();
        }
    }

    private final class Count implements RelpSession.Progress {
        private final List<Framed> frames;
        private int waiting;

        Count(List<Framed> frames) {
            this.frames = frames;
        }

        @Override
        public void sent(int place) {
            waiting++;
            sent.trying(frames.get(place).id());
        }

        @Override
        public void acknowledged(int place) {
            waiting--;
            sent.acknowledged(frames.get(place).id());
        }
    }

    /** Alerts at once; events in batches, since each commit has its price. */
    @Override
    public Duration commitInterval() {
        return config.stream().commitInterval();
    }

    @Override
    public void close() {
        RelpSession open = session;
        session = null;
        if (open != null) {
            open.farewell();
        }
    }
}
