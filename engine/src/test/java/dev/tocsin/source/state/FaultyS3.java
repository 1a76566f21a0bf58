package dev.tocsin.source.state;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Stands between a client and a server that talks S3, and answers some PUTs with what S3 answers on a bad day. */
final class FaultyS3 implements AutoCloseable {
    private static final Set<String> KEPT_OUT = Set.of("host", "connection", "content-length", "expect", "upgrade",
            "transfer-encoding", "http2-settings");

    private final HttpServer server;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int target;
    private final AtomicReference<String> next = new AtomicReference<>("");
    private final AtomicInteger injected = new AtomicInteger();
    private volatile boolean ignoresConditions;

    FaultyS3(int target) throws IOException {
        this.target = target;
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    void ignoreConditions() {
        ignoresConditions = true;
    }

    /** What the next PUT is answered: a status, and "after" when it is done nevertheless. */
    void next(String fault) {
        next.set(fault);
    }

    int injected() {
        return injected.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String fault = exchange.getRequestMethod().equals("PUT") ? next.getAndSet("") : "";
        try (exchange) {
            if (!fault.isEmpty()) {
                injected.incrementAndGet();
            }
            if (fault.isEmpty() || fault.endsWith("after")) {
                HttpResponse<byte[]> answer = forward(exchange, body);
                if (fault.isEmpty()) {
                    answer(exchange, answer);
                    return;
                }
            }
            int status = Integer.parseInt(fault.substring(0, 3));
            byte[] text = ("<Error><Code>" + (status == 409 ? "ConditionalRequestConflict" : "InternalError")
                    + "</Code></Error>").getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, text.length);
            exchange.getResponseBody().write(text);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + target + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!KEPT_OUT.contains(lower) && !(ignoresConditions && lower.equals("if-none-match"))) {
                values.forEach(v -> request.header(name, v));
            }
        });
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!List.of("content-length", "transfer-encoding", ":status").contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        boolean head = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
        exchange.sendResponseHeaders(answer.statusCode(), head ? -1 : answer.body().length);
        if (!head) {
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}
