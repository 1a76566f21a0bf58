package dev.tocsin.web;

import dev.tocsin.base.Endpoint;
import dev.tocsin.source.Tls;
import dev.tocsin.source.TlsConfig;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** How all HTTP listeners of the house are set up: threads, limits, silence about ourselves. */
final class Listening {
    /** How long a connection may be open without a whole request header, idle ones included. */
    static final Duration HEADER_MAX = Duration.ofSeconds(30);
    private static final int THREADS_MAX = 16;
    private static final int HEADER_BYTES_MAX = 16 * 1024;
    private static final int BACKLOG = 1024;

    private Listening() {
    }

    /** Few platform threads for selecting; what may block gets a virtual thread. */
    static QueuedThreadPool threads(String name) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 4);
        threads.setName(name);
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor(name + "-"));
        return threads;
    }

    static ServerConnector connector(Server server, HttpConfiguration http, Endpoint listen, Duration headerMax,
            int connectionsMax, @Nullable TlsConfig tls) {
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(HEADER_BYTES_MAX);
        HeaderDeadline deadline = new HeaderDeadline(headerMax);
        http.addCustomizer(deadline);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector = tls == null
                ? new ServerConnector(server, 1, 2, plain)
                : new ServerConnector(server, 1, 2, new SslConnectionFactory(secure(tls), plain.getProtocol()), plain);
        connector.setHost(listen.host());
        connector.setPort(listen.port());
        connector.setIdleTimeout(headerMax.toMillis());
        connector.setAcceptQueueSize(BACKLOG);
        deadline.sweepBy(connector.getScheduler());
        connector.addBean(deadline);
        connector.addBean(new NetworkConnectionLimit(connectionsMax, connector));
        return connector;
    }

    private static SslContextFactory.Server secure(TlsConfig tls) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        try {
            factory.setSslContext(Tls.load(tls));
        } catch (IOException e) {
            throw new WebException(String.valueOf(e.getMessage()), e);
        }
        factory.setIncludeProtocols(tls.protocols());
        factory.setNeedClientAuth(tls.clientCa() != null);
        return factory;
    }
}
