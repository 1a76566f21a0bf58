package dev.tocsin.fabric.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClusterTest {
    @TempDir
    private Path directory;

    @Test
    void everybodyKnowsWhoIsAliveAndIsReachedByTypeNameAndId() throws Exception {
        try (ClusterRig rig = new ClusterRig(directory, "logger-1", "manager", "proxy-1", "worker-1", "worker-10")) {
            await().until(() -> rig.allSee(5));
            Map<String, List<String>> got = new ConcurrentHashMap<>();
            rig.nodes.forEach((name, node) -> {
                got.put(name, new CopyOnWriteArrayList<>());
                node.cluster.subscribe(m -> got.get(name).add(m.topic()));
            });
            ClusterRig.Node manager = rig.node("manager");
            ClusterTopics topics = manager.cluster.topics();
            await().until(() -> manager.isWanted(topics.node("worker-10")) && manager.isWanted(topics.node("proxy-1")));
            byte[] payload = BinValues.write(Value.count(1));
            String id = rig.node("worker-1").hub.id().toString();
            for (String topic : List.of(topics.type(NodeType.WORKER), topics.node("worker-1"), topics.nodeId(id),
                    topics.pool("worker"), topics.type(NodeType.PROXY))) {
                manager.hub.publish(topic, payload);
            }
            await().until(() -> got.get("worker-1").size() == 4 && got.get("worker-10").size() == 2
                    && got.get("proxy-1").size() == 1);
            assertThat(got.get("worker-10")).containsExactly("zeek/cluster/worker", "zeek/cluster/pool/worker");
            assertThat(got.get("logger-1")).isEmpty();

            List<String> changes = new CopyOnWriteArrayList<>();
            manager.cluster.onChange(c -> changes.add(c.node().name() + " " + c.up()));
            rig.stop("worker-1");
            await().until(() -> !manager.cluster.isAlive("worker-1"));
            assertThat(manager.cluster.workers().alive()).containsExactly("worker-10");
            rig.start("worker-1");
            await().until(() -> rig.allSee(5));
            await().until(() -> changes.contains("worker-1 true"));
            assertThat(changes.getFirst()).isEqualTo("worker-1 false");
        }
    }

    /** Others offer a path to the dead endpoint for a while, so that it comes up and goes down again after the new one came. */
    @Test
    void aNodeIsAliveWhileOneOfItsEndpointsIs() throws Exception {
        try (Hub hub = new Hub("manager", directory)) {
            Member worker = new Member("worker-1", NodeType.WORKER, null);
            Layout layout = new Layout(List.of(new Member("manager", NodeType.MANAGER, null), worker));
            List<Boolean> changes = new CopyOnWriteArrayList<>();
            try (Cluster cluster = new Cluster(hub, layout, ClusterTopics.SLASHES, List.of())) {
                cluster.onChange(c -> changes.add(c.up()));
                UUID dead = UUID.randomUUID();
                UUID now = UUID.randomUUID();
                hub.report(new Status(Status.Code.ENDPOINT_DISCOVERED, "worker-1", now, ""));
                hub.report(new Status(Status.Code.ENDPOINT_DISCOVERED, "worker-1", dead, ""));
                hub.report(new Status(Status.Code.ENDPOINT_UNREACHABLE, "worker-1", dead, ""));
                await().until(() -> cluster.endpoint("worker-1").equals(Optional.of(now)) && changes.size() == 2);
                hub.report(new Status(Status.Code.ENDPOINT_UNREACHABLE, "worker-1", now, ""));
                await().until(() -> changes.size() == 3);
                assertThat(cluster.isAlive("worker-1")).isFalse();
                assertThat(changes).containsExactly(true, true, false);
            }
        }
    }

    @Test
    void aNodeThatIsNotInTheLayoutIsRefused() {
        try (Hub hub = new Hub("stranger", directory)) {
            Layout layout = new Layout(List.of(new Member("manager", NodeType.MANAGER, null)));
            assertThatThrownBy(() -> new Cluster(hub, layout, ClusterTopics.DOTS, List.of()))
                    .hasMessageContaining("no node stranger").hasMessageContaining("[manager]");
        }
    }

    /** Loggers come and go; each row is kept, and none twice by sender and number. */
    @Test
    void whatIsLoggedIsKeptOnceWhateverHappensToLoggers() throws Exception {
        int rows = Integer.getInteger("tocsin.logrows", 20_000);
        Random random = new Random(4);
        Map<Long, Value> kept = new ConcurrentHashMap<>();
        List<Long> again = Collections.synchronizedList(new ArrayList<>());
        try (ClusterRig rig = new ClusterRig(directory, "logger-1", "logger-2", "worker-1")) {
            await().until(() -> rig.allSee(3));
            List<LogReceiver> receivers = new CopyOnWriteArrayList<>();
            for (String name : List.of("logger-1", "logger-2")) {
                receivers.add(receiver(rig.node(name), kept, again));
            }
            ClusterRig.Node worker = rig.node("worker-1");
            LogSender.Settings settings = new LogSender.Settings(50, Duration.ofMillis(100), 16,
                    Duration.ofSeconds(20));
            try (LogSender sender = new LogSender(worker.hub, worker.cluster, settings)) {
                for (int i = 1; i <= rows; i++) {
                    sender.write("conn", Value.count(i));
                    if (random.nextInt(rows / 4) == 0) {
                        String victim = "logger-" + (1 + random.nextInt(2));
                        rig.stop(victim);
                        await().until(() -> !worker.cluster.isAlive(victim));
                        sender.write("conn", Value.count(++i));
                        receivers.add(receiver(rig.start(victim), kept, again));
                    }
                }
                assertThat(sender.flush(Duration.ofMinutes(2))).as("%s", sender.figures()).isTrue();
                assertThat(sender.figures().rows()).isGreaterThanOrEqualTo(rows);
            }
            assertThat(kept).hasSizeGreaterThanOrEqualTo(rows);
            kept.forEach((number, value) -> assertThat(value).isEqualTo(Value.count(number)));
            assertThat(receivers).allSatisfy(r -> assertThat(r.unreadable()).isZero());
            assertThat(receivers).filteredOn(r -> r.repeated() == 0).isNotEmpty();
        }
    }

    /** Keeps a row by its number; what comes under a number that is there must be the same row. */
    private static LogReceiver receiver(ClusterRig.Node node, Map<Long, Value> kept, List<Long> again) {
        return new LogReceiver(node.hub, node.cluster, batch -> {
            for (int i = 0; i < batch.rows().size(); i++) {
                Value before = kept.put(batch.firstRow() + i, batch.rows().get(i).value());
                if (before != null) {
                    assertThat(before).isEqualTo(batch.rows().get(i).value());
                    again.add(batch.firstRow() + i);
                }
            }
            return CompletableFuture.completedFuture(null);
        });
    }

    @Test
    void withoutALoggerRowsWaitAndTheWriterWithThem() throws Exception {
        try (ClusterRig rig = new ClusterRig(directory, "logger-1", "worker-1")) {
            await().until(() -> rig.allSee(2));
            rig.stop("logger-1");
            ClusterRig.Node worker = rig.node("worker-1");
            await().until(() -> !worker.cluster.isAlive("logger-1"));
            LogSender.Settings settings = new LogSender.Settings(1, Duration.ofSeconds(1), 4, Duration.ofSeconds(20));
            try (LogSender sender = new LogSender(worker.hub, worker.cluster, settings)) {
                for (int i = 0; i < 4; i++) {
                    sender.write("dns", Value.count(i));
                }
                CompletableFuture<Void> fifth = CompletableFuture.runAsync(() -> sender.write("dns", Value.count(4)));
                TimeUnit.MILLISECONDS.sleep(100);
                assertThat(fifth).isNotDone();
                List<LogRow> kept = new CopyOnWriteArrayList<>();
                ClusterRig.Node logger = rig.start("logger-1");
                try (LogReceiver _ = new LogReceiver(logger.hub, logger.cluster, batch -> {
                    kept.addAll(batch.rows());
                    return CompletableFuture.completedFuture(null);
                })) {
                    fifth.get(1, TimeUnit.MINUTES);
                    assertThat(sender.flush(Duration.ofMinutes(1))).isTrue();
                }
                assertThat(kept).hasSize(5).allMatch(r -> r.stream().equals("dns"));
            }
        }
    }
}
