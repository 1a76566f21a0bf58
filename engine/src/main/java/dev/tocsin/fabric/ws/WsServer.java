package dev.tocsin.fabric.ws;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Status;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.core.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WebSocket wire's server, on a port of its own: every client becomes a client of the hub.
 *
 * <p>Clients whose prefixes cover the node's own topics, the empty one does, are told of endpoints that come and go, unless
 * the dialect is Zeek's.
 */
public final class WsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WsServer.class);
    private static final int THREADS_MAX = 8;
    private static final int HEADER_BYTES_MAX = 16 * 1024;

    private final Endpoint listen;
    private final Hub hub;
    private final WsConfig config;
    private final Server server;
    private final ServerConnector connector;
    private final boolean guarded;
    private final Map<WsConnection, String> open = new ConcurrentHashMap<>();
    private final AtomicLong connections = new AtomicLong();
    private @Nullable AutoCloseable statuses;

    public WsServer(Endpoint listen, WsConfig config, Hub hub) {
        this(listen, config, hub, null);
    }

    /** @param tls how TLS is spoken, null for none; whether clients need a certificate is for the admission to say */
    public WsServer(Endpoint listen, WsConfig config, Hub hub, @Nullable SSLContext tls) {
        this.listen = listen;
        this.config = config;
        this.hub = hub;
        this.guarded = tls != null && config.admission() != Admission.EVERYBODY;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 4);
        threads.setName("websocket");
        threads.setDaemon(true);
        server = new Server(threads);
        server.setStopTimeout(0);
        connector = connector(tls);
        server.addConnector(connector);
        WsUpgrade upgrade = new WsUpgrade(config, this::connection);
        WebSocketUpgradeHandler webSocket = new WebSocketUpgradeHandler();
        webSocket.addMapping("/*", upgrade);
        webSocket.setHandler(upgrade.plain());
        server.setHandler(upgrade.gate(webSocket));
    }

    private ServerConnector connector(@Nullable SSLContext tls) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(HEADER_BYTES_MAX);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector made;
        if (tls == null) {
            made = lingering(plain);
        } else {
            http.addCustomizer(new SecureRequestCustomizer(false));
            SslContextFactory.Server secure = new SslContextFactory.Server();
            secure.setSslContext(tls);
            secure.setWantClientAuth(true);
            made = lingering(new SslConnectionFactory(secure, plain.getProtocol()), plain);
        }
        made.setHost(listen.host());
        made.setPort(listen.port());
        made.setIdleTimeout(config.limits().handshakeWithin().toMillis());
        made.addBean(new NetworkConnectionLimit(config.limits().connectionsMax(), made));
        return made;
    }

    private ServerConnector lingering(ConnectionFactory... factories) {
        long nanos = config.limits().closeWithin().toNanos();
        return new ServerConnector(server, 1, 1, factories) {
            @Override
            protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector,
                    SelectionKey key) {
                return new LingeringEndPoint(channel, selector, key, getScheduler(), nanos);
            }
        };
    }

    private WsConnection connection(Admission.Rights rights, WsSession.@Nullable Refusal refusal) {
        long number = connections.getAndIncrement();
        String endpoint = config.dialect() == Dialect.BROKER ? hub.id().toString() : hub.id() + "-websocket-" + number;
        return new WsConnection(hub, config, rights, endpoint, refusal, this::joined, this::left);
    }

    /**
     * Opens the port.
     *
     * @return where it listens, with the real port when 0 was asked for
     * @throws FabricException when it cannot, or off this machine without TLS or admission and without having been told
     *             to be open
     */
    public Endpoint start() {
        if (!guarded && !listen.isLoopback() && !config.openEverywhere()) {
            throw new FabricException("WebSocket clients are not taken on " + listen
                    + ", which is not this machine alone, without TLS and a decision on who may do what");
        }
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new FabricException("cannot listen for WebSocket clients on " + listen + ": " + e.getMessage());
        }
        statuses = hub.onStatus(this::told);
        return new Endpoint(listen.host(), connector.getLocalPort());
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

    /** Closes the port and, with 1001, all connections. */
    @Override
    public void close() {
        try {
            if (statuses != null) {
                statuses.close();
            }
            open.keySet().forEach(WsConnection::shutDown);
            server.stop();
        } catch (Exception e) {
            LOG.warn("the WebSocket listener on {} did not stop cleanly", listen, e);
        }
    }
}
