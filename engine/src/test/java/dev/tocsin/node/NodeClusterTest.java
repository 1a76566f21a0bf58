package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.FreePort;
import dev.tocsin.base.Problem;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Metrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class NodeClusterTest {
    @TempDir
    private Path directory;

    private NodeFabric node(String name, Path layout) {
        return new NodeFabric(name, new FabricConfig(null, List.of(), null, true, Duration.ofMinutes(1), Map.of(),
                layout), directory.resolve(name)).start();
    }

    @Test
    void nodesOfALayoutFindEachOtherAndSayWhoIsAway() throws Exception {
        Path layout = Files.writeString(directory.resolve("cluster-layout.zeek"), """
                redef Cluster::nodes = {
                    ["manager"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=%d/tcp],
                    ["worker-1"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=0/unknown],
                };
                """.formatted(FreePort.find()));
        Checks checks = new Checks();
        try (Metrics metrics = new Metrics(); NodeFabric manager = node("manager", layout)) {
            FabricHealth.register(manager, checks, metrics);
            assertThat(manager.listening()).isPresent();
            assertThat(state(checks)).contains("away: worker-1");
            try (NodeFabric worker = node("worker-1", layout)) {
                assertThat(worker.listening()).isEmpty();
                await().until(() -> manager.cluster().orElseThrow().isAlive("worker-1"));
                await().until(() -> worker.cluster().orElseThrow().isAlive("manager"));
                ClusterState seen = ClusterState.of(worker.cluster().orElseThrow());
                assertThat(seen.node()).isEqualTo("worker-1");
                assertThat(seen.nodes()).allMatch(ClusterState.Node::alive);
                assertThat(seen.pools()).extracting(ClusterState.Pool::alive).containsExactly(List.of(), List.of(),
                        List.of("worker-1"));
                assertThat(state(checks)).contains("all 2 nodes are there");
                await().until(() -> metrics.text().contains("tocsin_fabric_peer_connected{peer=\"worker-1\"} 1"));
            }
            await().until(() -> state(checks).contains("away: worker-1"));
            assertThat(state(checks)).contains("no link to worker-1");
        }
    }

    private static String state(Checks checks) {
        return checks.run().toString();
    }

    @Test
    void aNodeThatTheLayoutDoesNotNameDoesNotStart() throws Exception {
        Path layout = Files.writeString(directory.resolve("layout.yaml"), "nodes: {manager: {type: manager}}\n");
        assertThatThrownBy(() -> node("stranger", layout)).isInstanceOf(FabricException.class)
                .hasMessageContaining("fabric.layout: the layout has no node stranger");
    }

    @Test
    void checkSaysWhereALayoutOrItsCertificatesAreWrong() throws Exception {
        Files.writeString(directory.resolve("deaf.yaml"), "nodes: {m: {type: manager}, w: {type: worker}}\n");
        Files.writeString(directory.resolve("bad.zeek"), "redef Cluster::nodes = {\n  [x] = [] };\n");
        Files.writeString(directory.resolve("no.pem"), "not PEM");
        assertThat(problems("{layout: %s/none.yaml}")).anyMatch(p -> p.contains(":2:") && p.contains("is not there"));
        assertThat(problems("{layout: %s/bad.zeek}")).anyMatch(p -> p.contains("bad.zeek:2:4: here should be"));
        assertThat(problems("{layout: %s/deaf.yaml}")).anyMatch(p -> p.contains("has no node \"me\"")
                && p.contains("[m, w]")).anyMatch(p -> p.contains("m and w have to be linked"));
        assertThat(problems("{tls: {certificate: %1$s/no.pem, key: %1$s/no.pem, ca: %1$s/none.pem}}")).anyMatch(
                p -> p.contains("none.pem is not there"));
        assertThat(problems("{tls: {certificate: %1$s/no.pem, key: %1$s/no.pem, ca: %1$s/no.pem}}")).anyMatch(
                p -> p.contains("no.pem"));
    }

    private List<String> problems(String fabric) {
        String yaml = "node: {name: me, data: " + directory.resolve("data") + "}\nfabric: " + fabric.formatted(
                directory) + "\n";
        return ConfigCheck.problems(ConfigCheck.parse(yaml, "tocsin.yaml")).stream().map(Problem::toString).toList();
    }
}
