package dev.tocsin.fabric.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.fabric.FabricException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
    @TempDir
    private Path directory;

    private static final String ZEEK = """
            # Automatically generated. Do not edit.
            redef Cluster::manager_is_logger = F;
            redef Cluster::nodes = {
            \t["control"] = [$node_type=Cluster::CONTROL, $ip=10.0.0.1, $zone_id="", $p=47760/tcp],
            \t["logger-1"] = [$node_type=Cluster::LOGGER, $ip=10.0.0.1, $zone_id="", $p=47761/tcp, $metrics_port=9991/tcp],
            \t["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $zone_id="", $p=47762/tcp],
            \t["proxy-1"] = [$node_type=Cluster::PROXY, $ip=[2001:db8::1], $zone_id="eth0", $p=47763/tcp, $manager="manager"],
            \t["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.3, $p=0/unknown, $interface="af_packet::eth0 # 1", $manager="manager", $time_machine=set("a", "b")],
            };
            redef Log::default_rotation_interval = 3600 secs;
            """;

    @Test
    void aLayoutOfZeekIsRead() {
        Layout layout = ZeekLayout.parse(ZEEK, "cluster-layout.zeek");
        assertThat(layout.members()).extracting(Member::name).containsExactly("control", "logger-1", "manager",
                "proxy-1", "worker-1");
        assertThat(layout.members()).extracting(Member::type).containsExactly(NodeType.CONTROL, NodeType.LOGGER,
                NodeType.MANAGER, NodeType.PROXY, NodeType.WORKER);
        assertThat(layout.members()).extracting(m -> String.valueOf(m.at())).containsExactly("10.0.0.1:47760",
                "10.0.0.1:47761", "10.0.0.1:47762", "[2001:db8::1]:47763", "null");
    }

    @Test
    void whatIsWrongInItIsNamedWithLineAndColumn() {
        for (List<String> wrong : List.of(
                List.of("redef Cluster::nodes = {\n  [worker] = [$node_type=Cluster::WORKER] };", "f:2:4: ", "quotes"),
                List.of("redef Cluster::nodes = {\n  [\"w\"] = [$ip=1.2.3.4, $p=1/tcp] };", "f:2:4: ", "no $node_type"),
                List.of("redef Cluster::nodes = {\n  [\"w\"] = [$node_type=Cluster::OTHER] };", "f:2:23: ", "OTHER"),
                List.of("redef Cluster::nodes = {\n  [\"w\"] = [$node_type=Cluster::WORKER, $ip=1.2.3.4, $p=x] };",
                        "f:2:56: ", "not a port"),
                List.of("redef Cluster::nodes = {\n  [\"w\"] = [$node_type=Cluster::WORKER", "f:2:38: ", "ends"),
                List.of("redef Cluster::nodes = {\n  [\"w] = []};", "f:2:4: ", "without an end"),
                List.of("redef Cluster::nodes = {\n  [\"a b\"] = [$node_type=Cluster::WORKER] };", "f:2:4: ",
                        "cannot be a node's name"),
                List.of("redef Cluster::node = \"x\";", "f: ", "no \"redef Cluster::nodes"))) {
            assertThatThrownBy(() -> ZeekLayout.parse(wrong.get(0), "f")).as(wrong.get(0))
                    .isInstanceOf(FabricException.class).hasMessageStartingWith(wrong.get(1))
                    .hasMessageContaining(wrong.get(2));
        }
    }

    @Test
    void aLayoutInYamlSaysTheSame() throws IOException {
        Path yaml = Files.writeString(directory.resolve("layout.yaml"), """
                nodes:
                  control: {type: control, address: "10.0.0.1:47760"}
                  logger-1: {type: logger, address: "10.0.0.1:47761"}
                  manager: {type: manager, address: "10.0.0.1:47762"}
                  proxy-1: {type: proxy, address: "[2001:db8::1]:47763"}
                  worker-1: {type: worker}
                """);
        Path zeek = Files.writeString(directory.resolve("cluster-layout.zeek"), ZEEK);
        assertThat(Layout.read(yaml).members()).isEqualTo(Layout.read(zeek).members());
        Path wrong = Files.writeString(directory.resolve("wrong.yaml"), "nodes:\n  a: {type: worker, adress: x}\n");
        assertThatThrownBy(() -> Layout.read(wrong)).isInstanceOf(FabricException.class)
                .hasMessageContaining("wrong.yaml:2:").hasMessageContaining("address");
    }

    /** Workers to proxies, all to loggers and the manager, nobody to their like; each pair by one of the two. */
    @Test
    void everyPairThatNeedsEachOtherIsLinkedOnce() {
        Layout layout = ZeekLayout.parse(ZEEK, "f");
        assertThat(layout.dialledBy("worker-1")).extracting(Member::name).containsExactly("logger-1", "manager",
                "proxy-1");
        assertThat(layout.dialledBy("proxy-1")).extracting(Member::name).containsExactly("logger-1", "manager");
        assertThat(layout.dialledBy("manager")).extracting(Member::name).containsExactly("logger-1");
        assertThat(layout.dialledBy("logger-1")).isEmpty();
        assertThat(layout.dialledBy("nobody")).isEmpty();
        for (Member a : layout.members()) {
            for (Member b : layout.members()) {
                int links = (layout.dialledBy(a.name()).contains(b) ? 1 : 0)
                        + (layout.dialledBy(b.name()).contains(a) ? 1 : 0);
                assertThat(links).as(a.name() + " " + b.name()).isEqualTo(a.type().isLinkedWith(b.type()) ? 1 : 0);
            }
        }
        assertThat(layout.unreachable()).isEmpty();
        Layout deaf = new Layout(List.of(new Member("m", NodeType.MANAGER, null), new Member("w", NodeType.WORKER,
                null)));
        assertThat(deaf.unreachable()).containsExactly("m and w");
        assertThatThrownBy(() -> new Layout(List.of(new Member("m", NodeType.MANAGER, null), new Member("m",
                NodeType.WORKER, null)))).hasMessageContaining("two nodes are called m");
    }
}
