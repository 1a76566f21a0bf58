package dev.tocsin.node.control;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Policy;
import dev.tocsin.fabric.cluster.Cluster;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.store.Store;
import dev.tocsin.health.Checks.Outcome;
import dev.tocsin.health.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manager's duty in a cluster: one node gathers how all nodes are, says it to everybody, and writes it into its log when
 * that changes. Every node says how it is on {@code tocsin/cluster/health/<node>} while somebody asks, and hears on
 * {@code tocsin/cluster/manager} what the one with the duty has gathered; so any node can answer.
 *
 * <p>Who has the duty is decided by {@link Seat}.
 */
public final class ClusterDuty implements AutoCloseable {
    /** Of all topics here. */
    public static final String PREFIX = "tocsin/cluster/";
    /** Only the newest is of use. */
    public static final Policy POLICY = Policy.dropOldest().withMemoryBytes(1 << 20);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterDuty.class);
    private static final String HEALTH = PREFIX + "health/";
    private static final String MANAGER = PREFIX + "manager";
    /** So often in a row it must be the same to be written. */
    private static final int SETTLED = 2;
    /** So often in a row it may be missing before it counts. */
    private static final int PATIENCE = 4;

    private final Hub hub;
    private final Cluster cluster;
    private final Supplier<List<Outcome>> checks;
    private final Duration every;
    private final Client client;
    private final Delivery delivery = Delivery.DEFAULT.with(POLICY);
    private final Semaphore wake = new Semaphore(0);
    private final Seat seat;
    private final Thread thread;
    private volatile boolean wanted;
    private volatile boolean closed;
    /** Of the thread below alone, as are the next ones. */
    private @Nullable Gathering gathering;
    private String told = "";
    private String seen = "";
    private long seenAtNanos;
    /** Under this object's lock. */
    private @Nullable Heard heard;

    private record Heard(ClusterHealth health, long atNanos) {
    }

    /**
     * @param checks this node's; may take seconds
     * @param store that decides who has the duty; empty when there is none
     * @param every how often nodes say how they are
     */
    public ClusterDuty(Hub hub, Cluster cluster, Supplier<List<Outcome>> checks, Optional<Store> store,
            Duration every) {
        this.hub = hub;
        this.cluster = cluster;
        this.checks = checks;
        this.every = every;
        client = hub.client("cluster-duty");
        client.subscribe(List.of(MANAGER), this::heard, delivery);
        seat = Seat.of(cluster, store, every, this::isStoreHeard, wake::release);
        hub.onInterest(this::interestChanged);
        cluster.onChange(_ -> wake.release());
        thread = Thread.ofVirtual().name("fabric-cluster-duty").start(this::run);
    }

    private void interestChanged() {
        boolean now = hub.isWanted(HEALTH + hub.name());
        if (now && !wanted) {
            wake.release();
        }
        wanted = now;
    }

    private void run() {
        try {
            while (!closed) {
                look();
                if (wake.tryAcquire(every.toNanos(), TimeUnit.NANOSECONDS)) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (FabricException e) {
            LOG.debug("the fabric is closing", e);
        } finally {
            stop();
        }
    }

    private void look() {
        boolean held = seat.look();
        if (held && gathering == null) {
            LOG.info("this node has the manager's duty now");
            gathering = new Gathering(cluster, hub.client("cluster-gathering"), HEALTH, delivery);
        } else if (!held && gathering != null) {
            LOG.info("this node has the manager's duty no more");
            stop();
        }
        if (hub.isWanted(HEALTH + hub.name())) {
            ClusterHealth.Member self = ClusterHealth.Member.of(hub.name(), cluster.self().type().text(), Instant.now(),
                    checks.get());
            client.tryPublish(HEALTH + hub.name(), BinValues.write(self.toCall().toValue()));
            if (gathering != null) {
                gathering.add(self);
            }
        }
        Optional<ClusterHealth.Holder> holder = seat.holder();
        if (gathering != null && holder.isPresent()) {
            ClusterHealth all = gathering.health(holder.get(), every.multipliedBy(PATIENCE));
            client.tryPublish(MANAGER, BinValues.write(all.toCall().toValue()));
            take(all);
            tell(all);
        }
    }

    /** What concerns the cluster stands in one node's log, not in those of all. */
    private void tell(ClusterHealth all) {
        String now = all.nodes().stream().filter(n -> n.level() != Level.GREEN).map(n -> n.name() + n.level()).toList()
                .toString();
        if (!now.equals(seen)) {
            seen = now;
            seenAtNanos = System.nanoTime();
        } else if (!now.equals(told) && System.nanoTime() - seenAtNanos >= every.toNanos() * SETTLED) {
            told = now;
            String level = all.level().name().toLowerCase(Locale.ROOT);
            if (all.level() == Level.GREEN || all.level() == Level.UNKNOWN) {
                LOG.info("the cluster is {}: {}", level, all.status());
            } else {
                LOG.warn("the cluster is {}: {}", level, all.status());
            }
        }
    }

    private void stop() {
        if (gathering != null) {
            gathering.close();
            gathering = null;
            told = "";
            seen = "";
        }
    }

    private void heard(Message message) {
        try {
            EventCall.from(BinValues.read(message.payload())).flatMap(ClusterHealth::of).filter(
                    h -> h.manager() != null).ifPresent(this::take);
        } catch (ValueException e) {
            LOG.debug("no value on {}", message.topic(), e);
        }
    }

    /** Of two that both say they have the duty the one is right that has it by a store, and by the later decision. */
    private synchronized void take(ClusterHealth said) {
        ClusterHealth.Holder before = fresh().map(ClusterHealth::manager).orElse(null);
        ClusterHealth.Holder now = said.manager();
        if (now == null || cluster.layout().member(now.node()).isEmpty()) {
            return;
        }
        if (before == null || before.node().equals(now.node()) || !cluster.isAlive(before.node())
                || before.token() < now
                        .token()
                || before.token() == now.token() && Seat.ranks(cluster, now.node(), before.node())) {
            heard = new Heard(said, System.nanoTime());
        }
    }

    private synchronized Optional<ClusterHealth> fresh() {
        Heard last = heard;
        return last == null || System.nanoTime() - last.atNanos > every.toNanos() * PATIENCE
                ? Optional.empty()
                : Optional.of(last.health);
    }

    private boolean isStoreHeard() {
        return fresh().map(ClusterHealth::manager).filter(m -> m.by().equals(Seat.STORE) && cluster.isAlive(m.node()))
                .isPresent();
    }

    /** As it was said last; nobody's when that was too long ago. */
    public ClusterHealth health() {
        return fresh().orElse(ClusterHealth.NOBODY);
    }

    /** Gives the duty up, so that another can take it at once. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        seat.close();
        client.close();
    }
}
