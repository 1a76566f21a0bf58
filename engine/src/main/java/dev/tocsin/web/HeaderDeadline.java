package dev.tocsin.web;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that take too long to send a request header.
 *
 * <p>Jetty's idle timeout begins anew with each byte, so a peer that sends one now and then (slowloris) keeps its
 * connection for ever, and as many as it likes keep everybody else out. Here the clock starts when the connection opens
 * or its last request is done, and only a whole header stops it. Thread-safe.
 */
final class HeaderDeadline extends AbstractLifeCycle implements Connection.Listener, HttpConfiguration.Customizer {
    private static final long SERVING = Long.MAX_VALUE;

    /** When each connection began to wait, in nanoseconds, or {@link #SERVING}. */
    private final Map<Connection, Long> waiting = new ConcurrentHashMap<>();
    private final long maxNanos;
    private @Nullable Scheduler scheduler;

    HeaderDeadline(Duration max) {
        maxNanos = max.toNanos();
    }

    void sweepBy(Scheduler newScheduler) {
        scheduler = newScheduler;
    }

    @Override
    protected void doStart() {
        scheduleSweep();
    }

    @Override
    public void onOpened(Connection connection) {
        // TLS is a connection below the one of HTTP, which opens at the same time and has the clock.
        if (!(connection instanceof SslConnection)) {
            waiting.put(connection, System.nanoTime());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        waiting.remove(connection);
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        Connection connection = request.getConnectionMetaData().getConnection();
        // Only connections that are still open are in the map: what closes meanwhile must not come back.
        waiting.computeIfPresent(connection, (_, _) -> SERVING);
        Request.addCompletionListener(request,
                _ -> waiting.computeIfPresent(connection, (_, _) -> System.nanoTime()));
        // While neither side waits for bytes it is we who take our time, perhaps because the log is full: the connection
        // lives on. A read or write that gets nowhere still ends by the idle timeout.
        request.addIdleTimeoutListener(_ -> false);
        return request;
    }

    private void scheduleSweep() {
        Scheduler sweeper = scheduler;
        if (sweeper != null && sweeper.isRunning()) {
            sweeper.schedule(this::sweep, Math.clamp(maxNanos / 4, 1_000_000L, 1_000_000_000L), TimeUnit.NANOSECONDS);
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        waiting.forEach((connection, since) -> {
            if (since != SERVING && now - since > maxNanos) {
                connection.getEndPoint().close();
            }
        });
        scheduleSweep();
    }
}
