package dev.tocsin.e2e;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A real OpenSearch in a process of its own; its class path was written by the build. */
final class SearchServer implements ConnectorTortureTest.Receiver {
    /** The runner takes no higher ports than 9299; the node's port is one more than the first. */
    private static final int PORT_MIN = 9_210;
    private static final int PORT_MAX = 9_239;
    private static final int PAGE = 10_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    private SearchServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static SearchServer start(Path directory) throws IOException, InterruptedException {
        Path home = Files.createDirectories(directory.resolve("opensearch"));
        int port = freePort();
        Process process = new ProcessBuilder(NodeProcess.java().toString(), "-Xmx512m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp",
                Files.readString(NodeProcess.ROOT.resolve("engine/target/opensearch/classpath")),
                "org.codelibs.opensearch.runner.OpenSearchRunner", "-basePath", home.toString(), "-clusterName",
                "tocsin-e2e-" + port, "-numOfNode", "1", "-baseHttpPort", Integer.toString(port - 1))
                .redirectErrorStream(true).redirectOutput(home.resolve("log").toFile()).start();
        SearchServer server = new SearchServer(process, port);
        Instant deadline = Instant.now().plusSeconds(180);
        while (!server.isUp()) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                server.close();
                throw new IOException(Files.readString(home.resolve("log")));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return server;
    }

    private static int freePort() throws IOException {
        for (int candidate = PORT_MIN + 1; candidate < PORT_MAX; candidate++) {
            try (ServerSocket free = new ServerSocket(candidate)) {
                return free.getLocalPort();
            } catch (IOException _) {
                // Somebody has it.
            }
        }
        throw new IOException("no port is free from " + PORT_MIN + " to " + PORT_MAX);
    }

    private boolean isUp() {
        try {
            return ask("GET", "/_cluster/health", "").path("status").asString("").matches("green|yellow");
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public String yaml() {
        return "{type: opensearch, stream: events, url: 'http://127.0.0.1:" + port + "'}";
    }

    @Override
    public List<String> ids() throws IOException {
        ask("POST", "/_refresh", "");
        List<String> ids = new ArrayList<>();
        JsonNode page = ask("POST", "/events-*/_search?scroll=1m&size=" + PAGE,
                "{\"_source\":[\"event.original\"],\"sort\":[\"_doc\"]}");
        while (!page.at("/hits/hits").isEmpty()) {
            for (JsonNode hit : page.at("/hits/hits")) {
                ids.add(Json.read(hit.at("/_source/event/original").asString()).path("id").asString());
            }
            page = ask("POST", "/_search/scroll",
                    "{\"scroll\":\"1m\",\"scroll_id\":\"" + page.path("_scroll_id").asString() + "\"}");
        }
        return ids;
    }

    private JsonNode ask(String method, String path, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
        try {
            return Json.read(client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        client.shutdownNow();
    }
}
