package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sends syslog messages just before the commit.
 *
 * <p>TCP: when the receiver is away, {@link #flush} throws, and the events wait in the log until it is back; then
 * everything since the last commit is sent again, and what had been handed to the system before is counted as redelivered.
 * Syslog does not say what arrived: what was in the buffers when a receiver died is lost, and nobody can know.
 *
 * <p>UDP: what was sent is not sent again by this process, so each message arrives at most once; only a crash between the
 * sending and its commit makes it come twice.
 */
public final class SyslogSink implements Stage {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SyslogSinkConfig config;
    private final SyslogMessage message;
    private final SinkCounts counts;
    private final SyslogWire wire;
    private final TreeMap<Integer, List<Framed>> pending = new TreeMap<>();
    /** Handed to the system, and not known to be committed. No more than one commit's. */
    private final Set<EventId> doubtful = new HashSet<>();
    /** All was sent, and the commit that follows has not been heard to fail. */
    private boolean flushed;

    private record Framed(EventId id, byte[] bytes) {
    }

    /** @param node this node's name, the host of each message */
    public SyslogSink(SyslogSinkConfig config, String node, SinkCounts counts) {
        this(config, node, counts, PATIENCE);
    }

    SyslogSink(SyslogSinkConfig config, String node, SinkCounts counts, Duration patience) {
        this.config = config;
        this.counts = counts;
        this.message = new SyslogMessage(config, node, counts.cut);
        this.wire = isUdp() ? new UdpWire(config.address()) : new TcpWire(config.address(), patience);
    }

    private boolean isUdp() {
        return config.transport() == SyslogSinkConfig.Transport.UDP;
    }

    @Override
    public void assigned(int partition, State state) {
        pending.remove(partition);
        flushed = false;
    }

    @Override
    public void revoked(int partition) {
        pending.remove(partition);
    }

    /** Whoever rewinds wants them again. */
    @Override
    public void rewound(int partition) {
        doubtful.clear();
    }

    @Override
    public void handle(int partition, List<Event> events, Output out) {
        if (flushed) {
            // The loop would have assigned anew if the commit after the last flush had failed.
            doubtful.clear();
            flushed = false;
        }
        List<Framed> frames = pending.computeIfAbsent(partition, _ -> new ArrayList<>());
        for (Event event : events) {
            frames.add(new Framed(event.id(), message.frame(event)));
            out.done(event);
        }
    }

    /** @throws IOException when the receiver is away */
    @Override
    public void flush(Commit commit) throws IOException {
        List<Framed> frames = pending.values().stream().flatMap(List::stream)
                .filter(f -> !isUdp() || !doubtful.contains(f.id())).toList();
        ByteBuffer[] buffers = frames.stream().map(f -> ByteBuffer.wrap(f.bytes())).toArray(ByteBuffer[]::new);
        try {
            if (buffers.length > 0) {
                wire.send(buffers);
            }
        } catch (IOException e) {
            throw new IOException("cannot send to " + config.address() + ": " + e.getMessage(), e);
        } finally {
            for (int i = 0; i < buffers.length && !buffers[i].hasRemaining(); i++) {
                counts.written.increment();
                if (!doubtful.add(frames.get(i).id())) {
                    counts.again.increment();
                }
            }
        }
        pending.clear();
        flushed = true;
    }

    /** Alerts at once; events in batches, since each commit has its price. */
    @Override
    public Duration commitInterval() {
        return switch (config.stream()) {
            case ALERTS -> Duration.ZERO;
            case EVENTS -> Duration.ofMillis(100);
        };
    }

    @Override
    public void close() {
        wire.close();
    }
}
