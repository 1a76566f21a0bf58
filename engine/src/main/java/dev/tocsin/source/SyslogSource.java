package dev.tocsin.source;

import dev.tocsin.base.Endpoint;
import dev.tocsin.event.EventId;
import dev.tocsin.source.Received.Refused;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Receives syslog by UDP and TCP on one port, or by TLS alone.
 *
 * <p>Syslog has no acknowledgement, so nothing can be promised to the sender. What can be done is done: TCP is read only
 * while the log keeps up, so that the sender's own queue holds the rest; UDP is read as fast as the machine allows, and
 * what the kernel had to drop is counted as {@code lost} where the system says so.
 */
public final class SyslogSource implements Source {
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final String name;
    private final SyslogSourceConfig config;
    private final Collector collector;
    private final Backlog backlog;
    private final Tally tally;
    private final Feed udpFeed;
    private final Feed tcpFeed;
    private volatile State state = new State.Stopped(0);

    /** What is open at the moment. */
    private sealed interface State {
        /** @param udp null with TLS, which datagrams do not have */
        record Running(SyslogTcp tcp, @Nullable SyslogUdp udp) implements State {
            long dropped() {
                return udp == null ? 0 : udp.dropped();
            }
        }

        /** @param lost what was lost until then */
        record Stopped(long lost) implements State {
        }
    }

    public SyslogSource(String name, SyslogSourceConfig config, Collector collector) {
        this.name = name;
        this.config = config;
        this.collector = collector;
        backlog = new Backlog(config.inFlightMax());
        tally = new Tally(collector::now);
        udpFeed = new Feed(config.customer(), name, config.format(), config.logsource(), "udp");
        tcpFeed = new Feed(config.customer(), name, config.format(), config.logsource(),
                config.tls() == null ? "tcp" : "tls");
    }

    @Override
    public void start() {
        SyslogTcp tcp = null;
        try {
            tcp = new SyslogTcp(config, this, tally);
            SyslogUdp udp = config.tls() == null
                    ? new SyslogUdp(new InetSocketAddress(config.listen().host(), tcp.port()), config, this, tally)
                    : null;
            state = new State.Running(tcp, udp);
            tcp.start();
            if (udp != null) {
                udp.start();
            }
        } catch (IOException e) {
            if (tcp != null) {
                tcp.close();
            }
            throw new SourceException("source " + name + " cannot listen on " + config.listen() + ": " + e.getMessage()
                    + (e instanceof BindException ? "; is another program using the port?" : ""), e);
        }
    }

    /** The port that is open, which the configuration may have left to the system. */
    public int port() {
        return state instanceof State.Running r ? r.tcp().port() : config.listen().port();
    }

    @Override
    public SourceStatus status() {
        String address = new Endpoint(config.listen().host(), port()).toString();
        return switch (state) {
            case State.Running running -> tally.status(name, "syslog", address,
                    backlog.isFull() || collector.refuses() ? "waiting" : "running", running.dropped());
            case State.Stopped(long lost) -> tally.status(name, "syslog", address, "stopped", lost);
        };
    }

    @Override
    public void close() {
        if (state instanceof State.Running(SyslogTcp tcp, SyslogUdp udp)) {
            tcp.close();
            long lost = udp == null ? 0 : udp.close();
            if (!backlog.drained(DRAIN)) {
                tally.error("closed while events were not durable yet; they are lost if the log does not come back");
            }
            state = new State.Stopped(lost);
        }
    }

    Instant now() {
        return collector.now();
    }

    Backlog backlog() {
        return backlog;
    }

    /** Hands over what one TCP read brought; waits while too much is under way. */
    void takeTcp(List<Frame> frames, String peer) {
        List<Message> messages = new ArrayList<>(frames.size());
        long bytes = 0;
        for (Frame f : frames) {
            messages.add(new Message(f, peer));
            bytes += f.bytes().length;
        }
        Backlog.Lease lease = backlog.lease();
        lease.grow(bytes);
        take(tcpFeed, messages, collector.now(), lease);
    }

    void takeUdp(List<Message> messages, Instant arrival, Backlog.Lease lease) {
        take(udpFeed, messages, arrival, lease);
    }

    private void take(Feed feed, List<Message> messages, Instant arrival, Backlog.Lease lease) {
        List<Received> events = new ArrayList<>(messages.size());
        List<Refused> refused = new ArrayList<>(0);
        List<EventId> names = collector.nameOnce(feed, messages.stream().map(m -> m.frame().bytes()).toList());
        String peer = "";
        String key = "";
        for (int i = 0; i < messages.size(); i++) {
            Message m = messages.get(i);
            if (!m.peer().equals(peer)) {
                peer = m.peer();
                key = name + "/" + peer;
            }
            Received r = new Received(feed, key, m.frame().bytes(), arrival, null, peer, null,
                    new Identity.Content(names.get(i)));
            if (m.frame().cause().isEmpty()) {
                events.add(r);
            } else {
                refused.add(new Refused(r, m.frame().cause()));
            }
        }
        tally.received(messages.size());
        collector.collect(events, refused, Map.of()).whenComplete((_, failure) -> {
            lease.close();
            if (failure == null) {
                tally.durable(events.size(), refused.size());
            } else {
                tally.error("the log is closed: " + failure.getMessage());
            }
        });
    }

    /** A message and the address it came from. */
    record Message(Frame frame, String peer) {
    }
}
