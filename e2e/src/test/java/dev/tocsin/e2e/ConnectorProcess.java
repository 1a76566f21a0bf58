package dev.tocsin.e2e;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A connector as a user would start it. Used by one thread. */
final class ConnectorProcess implements Victim {
    private final Path directory;
    private final String name;
    private final Path config;
    private final int port = NodeProcess.freePort();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private Process process;

    /** @param yaml its configuration but for where it listens */
    ConnectorProcess(Path directory, String name, String yaml) throws IOException {
        this.directory = directory;
        this.name = name;
        config = directory.resolve(name + ".yaml");
        Files.writeString(config, yaml + "listen: 127.0.0.1:" + port + "\n");
    }

    @Override
    public void start() throws IOException {
        process = new ProcessBuilder(NodeProcess.command("connector", "-c", config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".txt").toFile())).start();
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void kill9() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void pause() throws IOException, InterruptedException {
        Victim.signal(process, "STOP");
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        Victim.signal(process, "CONT");
    }

    /** SIGTERM; returns the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the connector did not stop in 60 s");
        }
        return process.exitValue();
    }

    @Override
    public boolean leads() throws InterruptedException {
        try {
            for (JsonNode source : health().path("sources")) {
                if (source.path("state").asString().matches("running|failing|waiting")) {
                    return true;
                }
            }
            return false;
        } catch (IOException _) {
            return false;
        }
    }

    JsonNode health() throws IOException, InterruptedException {
        return Json.read(http.send(request("/health"), HttpResponse.BodyHandlers.ofByteArray()).body());
    }

    /** The sum of a metric over its labels, 0 when it is not there. */
    double metric(String metric) throws IOException, InterruptedException {
        return http.send(request("/metrics"), HttpResponse.BodyHandlers.ofString()).body().lines()
                .filter(l -> l.startsWith(metric + "{") || l.startsWith(metric + " "))
                .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1))).sum();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(2))
                .build();
    }

    @Override
    public String console() throws IOException {
        Path file = directory.resolve(name + ".txt");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null && process.isAlive()) {
            kill9();
        }
        http.close();
    }
}
