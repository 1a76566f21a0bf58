package dev.tocsin.web;

import dev.tocsin.base.Endpoint;
import java.time.Duration;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

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
            int connectionsMax) {
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(HEADER_BYTES_MAX);
        HeaderDeadline deadline = new HeaderDeadline(headerMax);
        http.addCustomizer(deadline);
        ServerConnector connector = new ServerConnector(server, 1, 2, new HttpConnectionFactory(http));
        connector.setHost(listen.host());
        connector.setPort(listen.port());
        connector.setIdleTimeout(headerMax.toMillis());
        connector.setAcceptQueueSize(BACKLOG);
        deadline.sweepBy(connector.getScheduler());
        connector.addBean(deadline);
        connector.addBean(new NetworkConnectionLimit(connectionsMax, connector));
        return connector;
    }
}
