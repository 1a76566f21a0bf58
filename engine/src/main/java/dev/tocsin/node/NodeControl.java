package dev.tocsin.node;

import dev.tocsin.event.Event;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.cluster.Cluster;
import dev.tocsin.fabric.store.Store;
import dev.tocsin.health.Metrics;
import dev.tocsin.node.control.ClusterDuty;
import dev.tocsin.node.control.ClusterHealth;
import dev.tocsin.node.control.ClusterLog;
import dev.tocsin.node.control.FabricTap;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** What a node says about itself over the fabric, and hears there about others. Closed before all that it speaks of. */
final class NodeControl implements AutoCloseable {
    /** The store that decides who has the manager's duty, if it is configured. */
    static final String STORE = "cluster";

    private static final Duration EVERY = Duration.ofSeconds(5);

    private final FabricTap tap;
    private final Optional<ClusterLog> log;
    private final Optional<ClusterDuty> duty;

    NodeControl(Node node) {
        String name = node.config().node().name();
        boolean shared = node.config().log().bootstrapServers() != null;
        // Nodes that share a log would otherwise each tell all of it.
        Predicate<Event> own = shared ? e -> e.origin().node().equals(name) : _ -> true;
        Hub hub = node.fabric().hub();
        Optional<Cluster> cluster = node.fabric().cluster();
        tap = new FabricTap(hub, node.log()::tap, own);
        log = cluster.map(c -> new ClusterLog(hub, c, true));
        Optional<Store> store = node.stores().names().contains(STORE)
                ? Optional.of(node.stores().store(STORE))
                : Optional.empty();
        duty = cluster.map(c -> new ClusterDuty(hub, c, node.checks()::run, store, EVERY));
        log.ifPresent(l -> register(l, node.metrics()));
    }

    private static void register(ClusterLog log, Metrics metrics) {
        metrics.counter("tocsin_cluster_log_sent_lines_total",
                "Log lines of this node that it sent to the cluster's log",
                () -> log.figures().sent());
        metrics.counter("tocsin_cluster_log_dropped_lines_total",
                "Log lines of this node that it did not send to the cluster's log, since too many waited",
                () -> log.figures().dropped());
        metrics.counter("tocsin_cluster_log_written_lines_total",
                "Log lines of other nodes that this node wrote into its log", () -> log.figures().written());
    }

    ClusterHealth health() {
        return duty.map(ClusterDuty::health).orElse(ClusterHealth.NONE);
    }

    ClusterLog.Tail log(int limit) {
        return log.map(l -> l.tail(limit)).orElse(ClusterLog.Tail.NONE);
    }

    @Override
    public void close() {
        tap.close();
        duty.ifPresent(ClusterDuty::close);
        log.ifPresent(ClusterLog::close);
    }
}
