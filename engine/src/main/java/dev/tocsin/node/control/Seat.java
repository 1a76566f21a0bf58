package dev.tocsin.node.control;

import dev.tocsin.fabric.cluster.Cluster;
import dev.tocsin.fabric.cluster.Duty;
import dev.tocsin.fabric.cluster.Member;
import dev.tocsin.fabric.cluster.NodeType;
import dev.tocsin.fabric.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node has the manager's duty. With a store, that decides: a key that expires ({@link Duty}), so no two have it
 * at a time. Without one it is the first of the nodes that this one sees: managers first, then loggers, proxies and workers,
 * each by name. Nodes that do not see each other may then both have it, so nothing that must not happen twice may hang on
 * it; the token stays 0. A node without the store gives way to one that has the duty by the store.
 */
interface Seat extends AutoCloseable {
    String STORE = "store";
    String SIGHT = "sight";

    /** Called by one thread, again and again. @return whether this node has it now */
    boolean look();

    /** This node, when it has the duty. */
    Optional<ClusterHealth.Holder> holder();

    @Override
    void close();

    /**
     * @param every how often {@link #look} is called
     * @param outranked whether somebody else has it by a store
     * @param changed is called when it is time to look
     */
    static Seat of(Cluster cluster, Optional<Store> store, Duration every, BooleanSupplier outranked,
            Runnable changed) {
        return store.<Seat>map(s -> new ByStore(cluster, s, every, changed)).orElseGet(() -> new BySight(cluster, every,
                outranked));
    }

    /** Whether the first node comes before the other. */
    static boolean ranks(Cluster cluster, String first, String other) {
        Optional<Member> a = cluster.layout().member(first);
        Optional<Member> b = cluster.layout().member(other);
        return a.isPresent() && (b.isEmpty() || RANK.compare(a.get(), b.get()) < 0);
    }

    private static int rank(NodeType type) {
        return switch (type) {
            case MANAGER -> 0;
            case LOGGER -> 1;
            case PROXY -> 2;
            case WORKER -> 3;
            case CONTROL -> 4;
        };
    }

    Comparator<Member> RANK = Comparator.<Member>comparingInt(m -> rank(m.type())).thenComparing(Member::name);

    /** By a key of a store. */
    final class ByStore implements Seat {
        private final String node;
        private final Duty duty;
        private volatile @Nullable Instant since;

        ByStore(Cluster cluster, Store store, Duration every, Runnable changed) {
            node = cluster.self().name();
            boolean meant = cluster.self().type() == NodeType.MANAGER;
            Duration lease = every.multipliedBy(2);
            duty = new Duty(store, "manager", node, lease, meant ? Duration.ZERO : lease, new Duty.Listener() {
                @Override
                public void begun(long token) {
                    since = Instant.now();
                    changed.run();
                }

                @Override
                public void ended() {
                    since = null;
                    changed.run();
                }
            });
        }

        @Override
        public boolean look() {
            return duty.isHeld();
        }

        @Override
        public Optional<ClusterHealth.Holder> holder() {
            Instant begun = since;
            return begun == null || !duty.isHeld()
                    ? Optional.empty()
                    : Optional.of(new ClusterHealth.Holder(node, begun, STORE, duty.token()));
        }

        @Override
        public void close() {
            duty.close();
        }
    }

    /** By who is there. */
    final class BySight implements Seat {
        private final Cluster cluster;
        private final long hesitationNanos;
        private final BooleanSupplier outranked;
        private long firstSince;
        private @Nullable Instant since;

        BySight(Cluster cluster, Duration every, BooleanSupplier outranked) {
            this.cluster = cluster;
            this.outranked = outranked;
            // Whoever has just started sees nobody yet.
            hesitationNanos = cluster.self().type() == NodeType.MANAGER ? 0 : every.multipliedBy(2).toNanos();
        }

        @Override
        public boolean look() {
            List<Member> there = cluster.layout().members().stream().filter(m -> cluster.isAlive(m.name())).sorted(RANK)
                    .toList();
            boolean first = cluster.self().equals(there.isEmpty() ? null : there.getFirst())
                    && !outranked.getAsBoolean();
            if (!first) {
                firstSince = 0;
                since = null;
            } else if (firstSince == 0) {
                firstSince = System.nanoTime();
            }
            if (first && since == null && System.nanoTime() - firstSince >= hesitationNanos) {
                since = Instant.now();
            }
            return since != null;
        }

        @Override
        public Optional<ClusterHealth.Holder> holder() {
            Instant begun = since;
            return begun == null
                    ? Optional.empty()
                    : Optional.of(new ClusterHealth.Holder(cluster.self().name(), begun, SIGHT, 0));
        }

        @Override
        public void close() {
            // Whoever does not see this node any more goes on without it.
        }
    }
}
