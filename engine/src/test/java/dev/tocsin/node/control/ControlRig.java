package dev.tocsin.node.control;

import static org.awaitility.Awaitility.await;

import dev.tocsin.base.FreePort;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.fabric.cluster.Cluster;
import dev.tocsin.node.NodeFabric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nodes of a layout in this process, linked over real sockets. Names begin with the type. */
final class ControlRig implements AutoCloseable {
    private final Map<String, NodeFabric> nodes = new LinkedHashMap<>();
    private final Path directory;
    private final Path layout;

    ControlRig(Path directory, String... names) {
        this.directory = directory;
        StringBuilder yaml = new StringBuilder("nodes:\n");
        for (String name : names) {
            yaml.append("  ").append(name).append(": {type: ").append(name.replaceAll("-.*", "")).append(
                    ", address: \"127.0.0.1:").append(FreePort.find()).append("\"}\n");
        }
        try {
            layout = Files.writeString(directory.resolve("layout.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    NodeFabric start(String name) {
        NodeFabric node = new NodeFabric(name, new FabricConfig(null, List.of(), null, true, Duration.ofMinutes(1), Map
                .of(), layout), directory.resolve(name)).start();
        nodes.put(name, node);
        return node;
    }

    Cluster cluster(String name) {
        return nodes.get(name).cluster().orElseThrow();
    }

    /** Waits until all that run see each other. */
    void awaitAll() {
        await().until(() -> nodes.keySet().stream().allMatch(a -> nodes.keySet().stream().allMatch(b -> cluster(a)
                .isAlive(b))));
    }

    void stop(String name) {
        nodes.remove(name).close();
    }

    @Override
    public void close() {
        List.copyOf(nodes.keySet()).forEach(this::stop);
    }
}
