package dev.tocsin.web;

import dev.tocsin.base.Endpoint;
import dev.tocsin.source.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP listener of the intake: hands each request with its body still on the wire to a handler.
 *
 * <p>Plain Jetty without Javalin: nothing is read of the body before the handler asks, so a handler that refuses does
 * so at once, and one that waits for the log holds the sender by the window of its connection. Each request has a virtual
 * thread; as many may wait as there may be connections. A sender gets 30 s for a header and, in all, as long for a body
 * as {@link Limits} say; time in which the handler does not read does not count.
 */
public final class IntakeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IntakeServer.class);

    private final Endpoint listen;
    private final Server server;
    private final ServerConnector connector;

    /** What the intake does with a request. Called by many virtual threads at once; may block. */
    @FunctionalInterface
    public interface Handler {
        /** What it throws is logged and answered by 500 without details. */
        Response handle(Request request) throws Exception;
    }

    /**
     * A request on its way in.
     *
     * @param path decoded, begins with a slash
     * @param query what followed the question mark, as sent; may be empty
     * @param headers looks a header up, in any case; null when there is none
     * @param body streams from the wire; throws an IOException when the sender goes away or is too slow
     * @param peer address of the sender, without the port
     */
    public record Request(String method, String path, String query, Function<String, @Nullable String> headers,
            InputStream body, String peer) {
    }

    /**
     * The answer.
     *
     * @param contentType empty when there is no body
     * @param sent is run when all of the answer was written without an error: only then it may have arrived
     * @param stream writes the body instead, without all of it being in memory; null is {@code body}
     */
    public record Response(int status, String contentType, byte[] body, Map<String, String> headers, Runnable sent,
            @Nullable Stream stream) {
        public Response {
            headers = Map.copyOf(headers);
        }

        public Response(int status, String contentType, byte[] body, Map<String, String> headers, Runnable sent) {
            this(status, contentType, body, headers, sent, null);
        }
    }

    /** A body that is written as it is made. */
    @FunctionalInterface
    public interface Stream {
        /** Blocks while the receiver is slow. @throws IOException ends the connection where the body then is */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * How much one listener bears.
     *
     * @param connectionsMax at once; further ones wait in the backlog
     * @param headerMax how long a connection may be without a whole header
     * @param bodyMax how long reading one body may wait for the sender, in all
     */
    public record Limits(int connectionsMax, Duration headerMax, Duration bodyMax) {
        public static final Limits DEFAULT = new Limits(5000, Listening.HEADER_MAX, Duration.ofMinutes(2));
    }

    public IntakeServer(Endpoint listen, Limits limits, Handler handler) {
        this(listen, limits, handler, null);
    }

    /** @param tls how HTTPS is spoken; null for HTTP */
    public IntakeServer(Endpoint listen, Limits limits, Handler handler, @Nullable TlsConfig tls) {
        this.listen = listen;
        server = new Server(Listening.threads("intake"));
        connector = Listening.connector(server, new HttpConfiguration(), listen, limits.headerMax(),
                limits.connectionsMax(), tls);
        server.addConnector(connector);
        server.setErrorHandler(new ProblemErrors());
        server.setStopTimeout(0);
        server.setHandler(new IntakeBridge(handler, limits.bodyMax()));
    }

    /**
     * Opens the port.
     *
     * @return where it listens, with the real port when 0 was asked for
     * @throws WebException when it cannot
     */
    public Endpoint start() {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new WebException("cannot take events by HTTP on " + listen + ": " + e.getMessage(), e);
        }
        return new Endpoint(listen.host(), connector.getLocalPort());
    }

    /** Closes the port; requests in progress fail. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the HTTP intake on {} did not stop cleanly", listen, e);
        }
    }
}
