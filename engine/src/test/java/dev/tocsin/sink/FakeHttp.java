package dev.tocsin.sink;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A receiver by HTTP on a port of its own. What it is asked first is answered by what the test put into {@link #next}. */
final class FakeHttp implements AutoCloseable {
    /** As it came, unpacked. */
    record Asked(String path, String query, Headers headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return Optional.ofNullable(headers.getFirst(name)).orElse("");
        }
    }

    /** @param status 0 closes the connection without an answer */
    record Reply(int status, String body, Map<String, String> headers) {
        static Reply of(int status, String body) {
            return new Reply(status, body, Map.of());
        }
    }

    /** Answers in place of the handler, which is not asked; or after it was, if it says so. */
    record Fault(Reply reply, boolean handled) {
    }

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    final List<String> troubles = new CopyOnWriteArrayList<>();
    final Queue<Fault> next = new ConcurrentLinkedQueue<>();
    private final HttpServer server;
    private final Function<Asked, Reply> handler;

    FakeHttp(int port, @Nullable SSLContext tls, Function<Asked, Reply> handler) throws IOException {
        this.handler = handler;
        InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        if (tls == null) {
            server = HttpServer.create(at, 5);
        } else {
            HttpsServer secured = HttpsServer.create(at, 5);
            secured.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = secured;
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
                body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
            }
            String query = exchange.getRequestURI().getQuery();
            Asked request = new Asked(exchange.getRequestURI().getPath(), query == null ? "" : query,
                    exchange.getRequestHeaders(), body);
            asked.add(request);
            Fault fault = next.poll();
            Reply reply;
            if (fault == null) {
                reply = handler.apply(request);
            } else {
                if (fault.handled) {
                    handler.apply(request);
                }
                reply = fault.reply;
            }
            if (reply.status == 0) {
                return;
            }
            reply.headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            byte[] bytes = reply.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (RuntimeException | AssertionError e) {
            troubles.add(e.toString());
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
