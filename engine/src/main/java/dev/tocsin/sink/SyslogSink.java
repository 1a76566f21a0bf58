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
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Sends syslog messages just before the commit.
 *
 * <p>TCP and TLS: when the receiver is away, {@link #flush} throws, and the events wait in the log until it is back; then
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
    private final Sent sent;

    private record Framed(EventId id, byte[] bytes) {
    }

    /** @param node this node's name, the host of each message */
    public SyslogSink(SyslogSinkConfig config, String node, SinkCounts counts) {
        this(config, node, counts, PATIENCE);
    }

    SyslogSink(SyslogSinkConfig config, String node, SinkCounts counts, Duration patience) {
        this.config = config;
        this.counts = counts;
        this.sent = new Sent(counts);
        this.message = new SyslogMessage(SyslogStyle.of(config), node, counts.cut);
        this.wire = switch (config.transport()) {
            case UDP -> new UdpWire(config.address());
            case TCP -> new TcpWire(config.address(), patience);
            case TLS -> new TlsWire(config.address(), Objects.requireNonNullElse(config.tls(), TlsConfig.STANDARD),
                    patience);
        };
    }

    private boolean isUdp() {
        return config.transport() == SyslogSinkConfig.Transport.UDP;
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

    /** Whoever rewinds wants them again. */
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
            frames.add(new Framed(event.id(), isUdp() ? message.of(event) : config.framing().frame(message.of(event))));
            out.done(event);
        }
    }

    /** @throws IOException when the receiver is away */
    @Override
    public void flush(Commit commit) throws IOException {
        List<Framed> frames = pending.values().stream().flatMap(List::stream)
                .filter(f -> !isUdp() || !sent.isAcknowledged(f.id())).toList();
        ByteBuffer[] buffers = frames.stream().map(f -> ByteBuffer.wrap(f.bytes())).toArray(ByteBuffer[]::new);
        try {
            if (buffers.length > 0) {
                wire.send(buffers);
            }
        } catch (IOException e) {
            counts.unanswered.add(count(frames, buffers));
            throw new IOException("cannot send to " + config.address() + ": " + e.getMessage(), e);
        }
        int number = count(frames, buffers);
        if (isUdp()) {
            counts.unanswered.add(number);
        }
        pending.clear();
        sent.flushed();
    }

    /** @return how many were handed over */
    private int count(List<Framed> frames, ByteBuffer[] buffers) {
        int number = 0;
        for (; number < buffers.length && !buffers[number].hasRemaining(); number++) {
            EventId id = frames.get(number).id();
            if (isUdp()) {
                sent.acknowledged(id);
            } else {
                counts.written.increment();
                sent.trying(id);
            }
        }
        return number;
    }

    /** Alerts at once; events in batches, since each commit has its price. */
    @Override
    public Duration commitInterval() {
        return config.stream().commitInterval();
    }

    @Override
    public void close() {
        wire.close();
    }
}
