package dev.tocsin.e2e;

import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** A node that only polls an API, into a log that is elsewhere. */
final class PollingNode implements Victim {
    private final NodeProcess node;

    /** @param source the section of the source, YAML */
    PollingNode(Path directory, String name, int brokerPort, String source) throws IOException {
        node = new NodeProcess(directory.resolve(name), directory.resolve(name).resolve("data"), """
                site: {name: here}
                log: {bootstrap_servers: "127.0.0.1:%d", replication_factor: 1, partitions: 1}
                sources:
                %s
                """.formatted(brokerPort, source), name, "[collector, manager]");
    }

    @Override
    public void start() throws IOException {
        node.launch();
    }

    @Override
    public boolean isAlive() {
        return node.isAlive();
    }

    @Override
    public void kill9() throws InterruptedException {
        node.kill9();
    }

    @Override
    public void pause() throws IOException, InterruptedException {
        node.signal("STOP");
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        node.signal("CONT");
    }

    @Override
    public boolean leads() throws InterruptedException {
        return isState("running|failing|waiting");
    }

    boolean standsBy() throws InterruptedException {
        return isState("standby");
    }

    private boolean isState(String states) throws InterruptedException {
        try {
            for (JsonNode source : node.get("/api/v1/status").path("sources")) {
                if (source.path("state").asString().matches(states)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | RuntimeException _) {
            return false;
        }
    }

    /** As a service manager stops it. */
    void stop() throws Exception {
        node.stop();
    }

    @Override
    public String console() throws IOException {
        return node.console();
    }

    @Override
    public void close() throws InterruptedException {
        node.close();
    }
}
