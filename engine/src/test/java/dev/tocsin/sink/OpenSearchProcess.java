package dev.tocsin.sink;

import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;

/** A real OpenSearch in a process of its own, on this machine only; its class path was written by the build. */
final class OpenSearchProcess implements AutoCloseable {
    private static final Path CLASS_PATH = Path.of("target/opensearch/classpath");
    /** The runner takes no higher ports than 9299; the node's port is one more than the first. */
    private static final int PORT_MIN = 9240;
    private static final int PORT_MAX = 9298;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    private OpenSearchProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static OpenSearchProcess start(Path directory) throws IOException {
        Assumptions.assumeTrue(Files.exists(CLASS_PATH),
                "there is no " + CLASS_PATH + ", which the build writes; run this test by Maven");
        int base = freePort() - 1;
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", Files.readString(CLASS_PATH),
                "org.codelibs.opensearch.runner.OpenSearchRunner", "-basePath", directory.toString(), "-clusterName",
                "tocsin-test-" + base, "-numOfNode", "1", "-baseHttpPort", Integer.toString(base))
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
        OpenSearchProcess server = new OpenSearchProcess(process, base + 1);
        try {
            await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(200)).ignoreExceptions()
                    .until(() -> !process.isAlive() || server.ask("GET", "/_cluster/health", "").path("status")
                            .asString("").matches("green|yellow"));
            if (!process.isAlive()) {
                throw new IOException(Files.readString(directory.resolve("log")));
            }
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        int span = PORT_MAX - PORT_MIN;
        int first = (int) (ProcessHandle.current().pid() % span);
        for (int i = 0; i < span; i++) {
            int candidate = PORT_MIN + 1 + (first + i) % span;
            try (ServerSocket free = new ServerSocket(candidate)) {
                return free.getLocalPort();
            } catch (IOException _) {
                // Somebody has it.
            }
        }
        throw new IOException("no port is free from " + PORT_MIN + " to " + PORT_MAX);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    JsonNode ask(String method, String path, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(20))
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
        try {
            process.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        client.shutdownNow();
    }
}
