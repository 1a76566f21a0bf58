package dev.tocsin.fabric.ws;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link WsDoor} on a port of its own. */
public final class WsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WsServer.class);
    private static final int THREADS_MAX = 8;
    private static final int HEADER_BYTES_MAX = 16 * 1024;

    private final Endpoint listen;
    private final WsConfig config;
    private final Server server;
    private final ServerConnector connector;
    private final boolean guarded;
    private final WsDoor door;

    public WsServer(Endpoint listen, WsConfig config, Hub hub) {
        this(listen, config, hub, null);
    }

    /** @param tls how TLS is spoken, null for none; whether clients need a certificate is for the admission to say */
    public WsServer(Endpoint listen, WsConfig config, Hub hub, @Nullable SSLContext tls) {
        this.listen = listen;
        this.config = config;
        this.guarded = tls != null && config.admission() != Admission.EVERYBODY;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 4);
        threads.setName("websocket");
        threads.setDaemon(true);
        server = new Server(threads);
        server.setStopTimeout(0);
        connector = connector(tls);
        server.addConnector(connector);
        door = new WsDoor(hub, config);
        server.setHandler(door.alone());
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
        return new Endpoint(listen.host(), connector.getLocalPort());
    }

    /** How many clients have subscribed, if only to nothing. */
    public int clients() {
        return door.clients();
    }

    /** Closes the port and, with 1001, all connections. */
    @Override
    public void close() {
        try {
            door.close();
            server.stop();
        } catch (Exception e) {
            LOG.warn("the WebSocket listener on {} did not stop cleanly", listen, e);
        }
    }
}
