package dev.tocsin.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.event.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The node's HTTP intake as its senders see it: HEC with acknowledgement and JSON lines, over a real socket. */
final class FakeIntake implements AutoCloseable {
    /** Every body posted to an event address, refused ones too. */
    final List<String> posted = new CopyOnWriteArrayList<>();
    /** Taken events: address and token, then the body of the event. */
    final Map<String, List<JsonNode>> taken = new ConcurrentHashMap<>();
    /** How many posts are still to be refused with 503. */
    final AtomicInteger refusals = new AtomicInteger();
    /** How many batches are still to be taken without ever being acknowledged. */
    final AtomicInteger forgotten = new AtomicInteger();
    /** Told of each event that came by HEC, as it is taken. */
    volatile Consumer<JsonNode> detection = event -> {
    };
    private final Map<Long, Boolean> acks = new ConcurrentHashMap<>();
    private final AtomicLong nextAck = new AtomicLong();
    private final HttpServer server;

    FakeIntake() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/services/collector/event", this::event);
        server.createContext("/services/collector/ack", this::ack);
        server.createContext("/ingest/", this::ingest);
        server.start();
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    int takenInAll() {
        return taken.values().stream().mapToInt(List::size).sum();
    }

    private void event(HttpExchange exchange) throws IOException {
        String body = body(exchange);
        posted.add(body);
        if (refuse(exchange)) {
            return;
        }
        if (exchange.getRequestHeaders().getFirst("X-Splunk-Request-Channel") == null) {
            answer(exchange, 400, "{\"text\":\"Data channel is missing\",\"code\":10}");
            return;
        }
        long id = nextAck.getAndIncrement();
        boolean keep = forgotten.getAndUpdate(n -> Math.max(0, n - 1)) == 0;
        if (keep) {
            String key = "hec " + exchange.getRequestHeaders().getFirst("Authorization");
            body.lines().map(line -> Json.read(line).path("event")).forEach(event -> {
                take(key, event);
                detection.accept(event);
            });
            acks.put(id, true);
        }
        answer(exchange, 200, "{\"text\":\"Success\",\"code\":0,\"ackId\":" + id + "}");
    }

    private void ack(HttpExchange exchange) throws IOException {
        long id = Json.read(body(exchange)).path("acks").path(0).longValue();
        answer(exchange, 200, "{\"acks\":{\"" + id + "\":" + acks.getOrDefault(id, false) + "}}");
    }

    private void ingest(HttpExchange exchange) throws IOException {
        String body = body(exchange);
        posted.add(body);
        if (refuse(exchange)) {
            return;
        }
        String key = exchange.getRequestURI().getPath() + " " + exchange.getRequestHeaders().getFirst("Authorization");
        body.lines().forEach(line -> take(key, Json.read(line)));
        answer(exchange, 200, "{}");
    }

    private void take(String key, JsonNode event) {
        taken.computeIfAbsent(key, k -> new CopyOnWriteArrayList<>()).add(event);
    }

    private boolean refuse(HttpExchange exchange) throws IOException {
        if (refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            answer(exchange, 503, "{\"text\":\"Server is busy\",\"code\":9}");
            return true;
        }
        return false;
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
