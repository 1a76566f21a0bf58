package dev.tocsin.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** The HTTP side of a node: answers what it was told to, and remembers what it was asked. */
final class FakeNode implements AutoCloseable {
    private static final JsonMapper MAPPER = Json.mapper().rebuild()
            .addModule(new SimpleModule().addSerializer(EventId.class, new ToStringSerializer(EventId.class))).build();

    private record Answer(int status, String type, String body) {
    }

    /** {@code authorization} is empty when none was given. */
    record Asked(String method, String uri, String authorization, String body) {
    }

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Queue<String>> inTurn = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    FakeNode() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    FakeNode says(String path, Object record) {
        return says(path, 200, MAPPER.writeValueAsString(record));
    }

    FakeNode says(String path, int status, String body) {
        answers.put(path, new Answer(status, "application/json", body));
        return this;
    }

    /** Another answer each time, and the last one for ever. */
    FakeNode saysInTurn(String path, String... bodies) {
        inTurn.put(path, new ConcurrentLinkedQueue<>(List.of(bodies)));
        return this;
    }

    /** Server-sent events with a comment and a name, as a real server sends them, and then the end. */
    FakeNode streams(String path, String... records) {
        StringBuilder body = new StringBuilder(": hello\n\n");
        for (String record : records) {
            body.append(record.startsWith("{\"missed\"") ? "event: gap\n" : "id: 7\n").append("data: ")
                    .append(record.replace("\n", "\ndata: ")).append("\n\n");
        }
        answers.put(path, new Answer(200, "text/event-stream", body.toString()));
        return this;
    }

    List<Asked> asked() {
        return asked;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        asked.add(new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                authorization == null ? "" : authorization,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        Queue<String> turns = inTurn.getOrDefault(exchange.getRequestURI().getPath(), new ConcurrentLinkedQueue<>());
        if (!turns.isEmpty()) {
            says(exchange.getRequestURI().getPath(), 200, turns.remove());
        }
        Answer answer = answers.getOrDefault(exchange.getRequestURI().getPath(),
                new Answer(404, "application/json", "{\"error\":\"there is no such thing\"}"));
        exchange.getResponseHeaders().set("Content-Type", answer.type);
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
