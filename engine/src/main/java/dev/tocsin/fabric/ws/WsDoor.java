package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.Status;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where WebSocket clients come in, on whatever HTTP server: every client becomes a client of the hub.
 *
 * <p>Clients whose prefixes cover the node's own topics, the empty one does, are told of endpoints that come and go, unless
 * the dialect is Zeek's. Thread-safe.
 */
public final class WsDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WsDoor.class);

    private final Hub hub;
    private final WsConfig config;
    private final WsUpgrade upgrade;
    private final WebSocketUpgradeHandler webSocket;
    private final AutoCloseable statuses;
    private final Map<WsConnection, String> open = new ConcurrentHashMap<>();
    private final AtomicLong connections = new AtomicLong();

    public WsDoor(Hub hub, WsConfig config) {
        this.hub = hub;
        this.config = config;
        upgrade = new WsUpgrade(config, this::connection);
        webSocket = new WebSocketUpgradeHandler();
        webSocket.addMapping("/*", upgrade);
        webSocket.setHandler(upgrade.plain());
        statuses = hub.onStatus(this::told);
    }

    /** For a server of its own: whatever is no upgrade is refused. */
    Handler alone() {
        return upgrade.gate(webSocket);
    }

    /** For a server that serves other things, too: they go on to whatever handler it is put in front of. */
    public Handler.Singleton inFront() {
        Handler door = alone();
        return new Handler.Wrapper() {
            @Override
            protected void doStart() throws Exception {
                door.setServer(getServer());
                addBean(door, true);
                super.doStart();
            }

            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                return Dialect.PATH.equals(request.getHttpURI().getPath())
                        ? door.handle(request, response, callback)
                        : super.handle(request, response, callback);
            }
        };
    }

    private WsConnection connection(Rights rights, WsSession.@Nullable Refusal refusal) {
        long number = connections.getAndIncrement();
        String endpoint = config.dialect() == Dialect.BROKER ? hub.id().toString() : hub.id() + "-websocket-" + number;
        return new WsConnection(hub, config, rights, endpoint, refusal, this::joined, this::left);
    }

    private void told(Status status) {
        spread(StatusNews.topic(status), StatusNews.of(status));
    }

    private void joined(WsConnection connection) {
        String id = UUID.randomUUID().toString();
        InetSocketAddress peer = connection.peer();
        spread(StatusNews.STATUSES,
                StatusNews.of("endpoint_discovered", id, null, "found a new client in the network"));
        open.put(connection, id);
        spread(StatusNews.STATUSES, StatusNews.of("peer_added", id, peer, "handshake successful"));
    }

    private void left(WsConnection connection) {
        String id = String.valueOf(open.remove(connection));
        spread(StatusNews.STATUSES, StatusNews.of("peer_lost", id, connection.peer(), "lost connection to client"));
        spread(StatusNews.STATUSES, StatusNews.of("endpoint_unreachable", id, null, "lost the last path"));
    }

    private void spread(String topic, byte[] news) {
        if (config.dialect() != Dialect.ZEEK) {
            open.keySet().stream().filter(c -> c.wants(topic)).forEach(c -> c.offer(news));
        }
    }

    /** How many clients have subscribed, if only to nothing. */
    public int clients() {
        return open.size();
    }

    /** Closes all connections with 1001. */
    @Override
    public void close() {
        try {
            statuses.close();
        } catch (Exception e) {
            LOG.warn("the listener for statuses was not removed", e);
        }
        open.keySet().forEach(WsConnection::shutDown);
    }
}
