package dev.tocsin.source;

import dev.tocsin.base.Endpoint;
import dev.tocsin.source.Received.Refused;
import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Receives syslog by RELP, the Reliable Event Logging Protocol: each message is acknowledged when it is durable, and a
 * sender sends again what was not. So nothing is lost when either side dies; {@link SessionNames} gives what is sent again
 * the name it had. See {@link RelpConnection} for the protocol.
 */
public final class RelpSource implements Source {
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final String name;
    private final RelpSourceConfig config;
    private final Collector collector;
    private final Backlog backlog;
    private final Tally tally;
    private final Feed feed;
    private final Map<Socket, RelpConnection> connections = new ConcurrentHashMap<>();
    private volatile @Nullable SocketServer server;

    public RelpSource(String name, RelpSourceConfig config, Collector collector) {
        this.name = name;
        this.config = config;
        this.collector = collector;
        backlog = new Backlog(config.inFlightMax());
        tally = new Tally(collector::now);
        feed = new Feed(config.customer(), name, config.format(), config.logsource(), "relp");
    }

    @Override
    public void start() {
        try {
            SocketServer opened = new SocketServer("relp", config.listen(), config.connectionsMax(), config.tls(),
                    tally,
                    this::serve);
            server = opened;
            opened.start();
        } catch (IOException e) {
            throw new SourceException("source " + name + " cannot listen on " + config.listen() + ": " + e.getMessage()
                    + (e instanceof BindException ? "; is another program using the port?" : ""), e);
        }
    }

    /** The port that is open, which the configuration may have left to the system. */
    public int port() {
        SocketServer open = server;
        return open == null ? config.listen().port() : open.port();
    }

    private void serve(Socket socket, String peer) throws IOException {
        RelpConnection connection = new RelpConnection(socket, peer, config, this);
        connections.put(socket, connection);
        try {
            connection.serve();
        } finally {
            connections.remove(socket);
        }
    }

    Tally tally() {
        return tally;
    }

    SessionNames names() {
        return new SessionNames(collector.occurrences(), feed);
    }

    /** Hands over messages of one connection; waits while too much is under way. @return completes when durable */
    CompletableFuture<Void> take(List<Frame> frames, Occurrences.Named named, String peer) {
        Instant arrival = collector.now();
        List<Received> events = new ArrayList<>(frames.size());
        List<Refused> refused = new ArrayList<>(0);
        long bytes = 0;
        for (int i = 0; i < frames.size(); i++) {
            Frame f = frames.get(i);
            bytes += f.bytes().length;
            Received r = new Received(feed, name + "/" + peer, f.bytes(), arrival, null, peer, null,
                    new Identity.Content(named.ids().get(i)));
            if (f.cause().isEmpty()) {
                events.add(r);
            } else {
                refused.add(new Refused(r, f.cause()));
            }
        }
        Backlog.Lease lease = backlog.lease();
        lease.grow(bytes);
        tally.received(frames.size());
        return collector.collect(events, refused, Map.of()).whenComplete((_, failure) -> {
            lease.close();
            if (failure == null) {
                tally.durable(events.size(), refused.size());
            } else {
                tally.error("the log is closed: " + failure.getMessage());
            }
        });
    }

    @Override
    public SourceStatus status() {
        String state = server == null ? "stopped" : backlog.isFull() || collector.refuses() ? "waiting" : "running";
        return tally.status(name, "relp", new Endpoint(config.listen().host(), port()).toString(), state, 0);
    }

    @Override
    public void close() {
        SocketServer open = server;
        if (open != null) {
            open.close(socket -> {
                RelpConnection connection = connections.get(socket);
                if (connection != null) {
                    connection.sayGoodBye();
                }
            });
            if (!backlog.drained(DRAIN)) {
                tally.error("closed while events were not durable yet; their senders have no acknowledgement");
            }
            server = null;
        }
    }
}
