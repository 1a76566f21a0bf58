package dev.tocsin.web;

import dev.tocsin.fabric.Backlog;
import dev.tocsin.fabric.peer.PeerStatus;
import dev.tocsin.health.Checks.Outcome;
import dev.tocsin.health.Level;
import dev.tocsin.node.ClusterState;
import dev.tocsin.node.NodeApi.StoreState;
import dev.tocsin.node.control.ClusterHealth;
import dev.tocsin.node.control.ClusterLog;
import dev.tocsin.node.control.LogLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The cluster that {@link FakeNode} is in, with one node away and one store that is old. */
final class FakeCluster {
    private FakeCluster() {
    }

    private static UUID id(String node) {
        return UUID.nameUUIDFromBytes(node.getBytes(StandardCharsets.UTF_8));
    }

    static List<PeerStatus> peers(Instant started) {
        double now = System.currentTimeMillis() / 1000.0;
        long age = (long) (now - started.getEpochSecond());
        long wave = (long) (900 * Math.sin(now / 9));
        return List.of(peer("logger-1", PeerStatus.State.CONNECTED, age * 1_840 + wave, 12, 0, age * 310),
                peer("worker-1", PeerStatus.State.CONNECTED, age * 240, 0, 0, age * 2_100 - wave),
                peer("worker-2", PeerStatus.State.AWAY, 812_455, 48_210, 41_000, 902_114));
    }

    private static PeerStatus peer(String name, PeerStatus.State state, long added, long waiting, long spilled,
            long received) {
        return new PeerStatus(name, id(name), state, Set.of("tocsin/", "zeek/cluster/node/" + name + "/"),
                new Backlog.Figures(added, waiting, waiting * 200, spilled * 210, spilled, 0),
                state == PeerStatus.State.CONNECTED ? 4 : 0, received,
                new PeerStatus.Refused(0, Set.of(), name.equals("worker-2")
                        ? Set.of("secret/")
                        : Set.of(), Set.of()));
    }

    private static ClusterHealth.Holder holder(Instant started) {
        return new ClusterHealth.Holder("node-1", started, "store", 4711);
    }

    static ClusterState state(Instant started) {
        return new ClusterState("node-1", List.of(node("logger-1", "logger", "10.0.0.2:9999", true), node("node-1",
                "manager", "10.0.0.1:9999", true), node("worker-1", "worker", null, true),
                node("worker-2", "worker",
                        null, false)),
                List.of(new ClusterState.Pool("zeek/cluster/pool/worker", "worker", List.of("worker-1", "worker-2"),
                        List.of("worker-1"))),
                List.of(), holder(started));
    }

    private static ClusterState.Node node(String name, String type, @Nullable String address, boolean alive) {
        return new ClusterState.Node(name, type, address, alive, alive ? id(name) : null);
    }

    static ClusterHealth health(Instant started) {
        Instant now = Instant.now();
        return new ClusterHealth(holder(started), now, Level.YELLOW,
                "worker-1: 1 of 9 checks is not green; worker-2: away",
                List.of(member("logger-1", "logger", now), member("node-1", "manager", now), new ClusterHealth.Member(
                        "worker-1", "worker", Level.YELLOW, "1 of 9 checks is not green", now, List.of(new Outcome(
                                "sinks", "siem", Level.YELLOW, "siem:9200 refuses; retrying in 4 s, nothing lost"))),
                        new ClusterHealth.Member("worker-2", "worker", Level.YELLOW, "away", null, List.of())));
    }

    private static ClusterHealth.Member member(String name, String type, Instant now) {
        return new ClusterHealth.Member(name, type, Level.GREEN, "all 9 checks are green", now, List.of());
    }

    static ClusterLog.Tail log(Instant started, int limit) {
        return new ClusterLog.Tail(List.of("logger-1", "node-1"), List.of(
                new LogLine(started.plusSeconds(4_800), "node-1", "WARN", "fabric",
                        "peer_lost worker-2: nothing came for 15 s"),
                new LogLine(started.plusSeconds(3_000), "worker-1", "ERROR", "SinkLeg",
                        "siem:9200 refuses <b>batches</b>; retrying in 4 s, 1,203 events held, nothing lost"),
                new LogLine(started.plusSeconds(8), "worker-1", "INFO", "fabric", "peer_added node-1: connected"))
                .stream().limit(limit).toList());
    }

    static List<StoreState> stores() {
        return List.of(new StoreState("assets", "replicated", "auto", "master", "node-1", 4, 18_233, 9_120,
                2_400_000, "", 0, 0, ""),
                new StoreState("intel", "replicated", "clone", "clone", "worker-2", 3, 1_400_210, 1_203_400,
                        310_000_000, "", 96_000, 1,
                        "nothing was heard of its master worker-2 for 96 s; what this copy has is read, writes wait until there is one"),
                new StoreState("seen", "sqlite", "client", "client", "", 0, 0, 0, 0, "", 0, 0, ""));
    }
}
