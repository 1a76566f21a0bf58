package dev.tocsin.node;

import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.StoreConfig;
import dev.tocsin.fabric.StoreConfig.Backend;
import dev.tocsin.fabric.StoreConfig.Copy;
import dev.tocsin.fabric.StoreConfig.Role;
import dev.tocsin.fabric.store.Store;
import dev.tocsin.fabric.store.StoreClient;
import dev.tocsin.fabric.store.StoreLimits;
import dev.tocsin.fabric.store.StoreNode;
import dev.tocsin.fabric.store.StoreStatus;
import dev.tocsin.fabric.store.StoreWatcher;
import dev.tocsin.log.DurableLog;
import dev.tocsin.process.Lookup;
import dev.tocsin.process.LookupCounts;
import dev.tocsin.process.LookupMatch;
import dev.tocsin.process.Lookups;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stores of the configuration, open. As {@link Lookups} it is where the process stage finds the tables that it enriches
 * events from. Closed after that stage and before the log.
 */
final class NodeStores implements AutoCloseable, Lookups {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStores.class);
    /** So long the process stage waits for a copy to become whole; then it goes on with what there is. */
    private static final Duration WHOLE_MAX = Duration.ofSeconds(20);

    private final InstantSource clock = InstantSource.system();
    private final long openedNanos = System.nanoTime();
    private final Map<String, Open> stores = new LinkedHashMap<>();
    private final Map<String, LookupCounts> counts = new ConcurrentHashMap<>();
    private final Queue<AutoCloseable> watches = new ConcurrentLinkedQueue<>();

    /** @param copy null for a client, which has none */
    private static final class Open {
        private final String name;
        private final StoreConfig config;
        private final Store store;
        private final @Nullable StoreNode copy;
        private volatile boolean whole;

        Open(String name, StoreConfig config, Store store) {
            this.name = name;
            this.config = config;
            this.store = store;
            this.copy = store instanceof StoreNode node ? node : null;
        }
    }

    /**
     * Opens all of them; none waits for its master.
     *
     * @param directory for the files of those that have one
     * @throws FabricException with what to do, when one cannot be opened
     */
    NodeStores(Map<String, StoreConfig> configs, Hub hub, DurableLog log, Path directory) {
        for (Map.Entry<String, StoreConfig> each : configs.entrySet()) {
            try {
                Store store = open(each.getKey(), each.getValue(), hub, log, directory);
                stores.put(each.getKey(), new Open(each.getKey(), each.getValue(), store));
            } catch (RuntimeException e) {
                close();
                throw new FabricException("fabric.stores." + each.getKey() + ": " + e.getMessage());
            }
        }
    }

    private static Store open(String name, StoreConfig config, Hub hub, DurableLog log, Path directory) {
        Path file = directory.resolve(name + ".db");
        StoreLimits limits = new StoreLimits(config.keysMax(), Math.toIntExact(config.valueMax().bytes()));
        StoreNode.Settings settings = StoreNode.Settings.MEMORY.withLease(config.lease()).withLimits(limits);
        if (config.role() == Role.CLIENT) {
            return new StoreClient(hub, name);
        }
        if (config.backend() != Backend.REPLICATED) {
            return StoreNode.local(hub, name, config.backend() == Backend.SQLITE ? settings.in(file) : settings);
        }
        StoreNode.Settings own = config.role() == Role.CLONE ? settings.asClone() : settings;
        return StoreNode.replicated(hub, name, log.storeLog(name, config.lease()),
                config.copy() == Copy.DISK ? own.in(file) : own);
    }

    /** @throws IllegalArgumentException when there is none of that name, with those there are */
    Store store(String name) {
        return find(name).store;
    }

    private Open find(String name) {
        Open open = stores.get(name);
        if (open == null) {
            throw new IllegalArgumentException("there is no store \"" + name + "\" at this node; "
                    + (stores.isEmpty()
                            ? "fabric.stores in its configuration names none"
                            : "there are: " + String.join(", ", stores.keySet())));
        }
        return open;
    }

    /** @throws IllegalArgumentException when there is no copy of it here */
    AutoCloseable watch(String name, StoreWatcher watcher) {
        StoreNode copy = find(name).copy;
        if (copy == null) {
            throw new IllegalArgumentException("this node has no copy of the store \"" + name
                    + "\", only its master or a clone can be watched; ask such a node");
        }
        return copy.watch(watcher);
    }

    List<String> names() {
        return List.copyOf(stores.keySet());
    }

    /** What came of looking into them, by the name of the store. */
    Map<String, LookupCounts> counts() {
        return Map.copyOf(counts);
    }

    List<NodeApi.StoreState> states() {
        return stores.values().stream().map(this::state).toList();
    }

    NodeApi.StoreState state(String name) {
        return state(find(name));
    }

    private NodeApi.StoreState state(Open open) {
        String backend = NodeApi.StoreState.word(open.config.backend());
        String role = NodeApi.StoreState.word(open.config.role());
        StoreNode copy = open.copy;
        if (copy == null) {
            return new NodeApi.StoreState(open.name, backend, role, "client", "", 0, 0, 0, 0, "", 0, 0, "");
        }
        StoreStatus s = copy.status();
        return new NodeApi.StoreState(open.name, backend, role, s.isMaster() ? "master" : "clone", s.master(), s
                .epoch(), s.revision(), s.size(), s.bytes(), HexFormat.of().toHexDigits(s.digest()),
                s.epoch() == 0
                        ? -1
                        : s.age().toMillis(),
                s.rebuilt(),
                problem(open.config, s));
    }

    private String problem(StoreConfig config, StoreStatus s) {
        if (!s.error().isEmpty()) {
            return s.error();
        }
        boolean old = System.nanoTime() - openedNanos > config.staleAfter().toNanos();
        if (s.isMaster() || !old || s.age().compareTo(config.staleAfter()) <= 0) {
            return "";
        }
        return (s.master().isEmpty()
                ? "no master was heard of since the start"
                : "nothing was heard of its master " + s.master() + " for " + s.age().toSeconds() + " s")
                + "; what this copy has is read, writes wait until there is one";
    }

    @Override
    public Lookup open(String store, LookupMatch match) {
        LookupCounts count = counts.computeIfAbsent(store, _ -> new LookupCounts());
        Open open = stores.get(store);
        StoreNode copy = open == null ? null : open.copy;
        if (open == null || copy == null) {
            LOG.warn("a step looks into the store {}, of which this node has no copy; events go on without", store);
            return Lookups.missing(store, count);
        }
        SubnetIndex subnets = match == LookupMatch.SUBNET ? new SubnetIndex() : null;
        if (subnets != null) {
            watches.add(copy.watch(subnets));
        }
        return new StoreLookup(copy, match, subnets, count, () -> isReady(open, copy, subnets), clock);
    }

    private boolean isReady(Open open, StoreNode copy, @Nullable SubnetIndex subnets) {
        if (System.nanoTime() - openedNanos > WHOLE_MAX.toNanos()) {
            return true;
        }
        if (!open.whole) {
            StoreStatus s = copy.status();
            // Whoever reads old changes hears of old masters.
            open.whole = s.isMaster() || s.epoch() > 0 && s.age().compareTo(open.config.lease().multipliedBy(2)) <= 0;
        }
        return open.whole && (subnets == null || subnets.isReady());
    }

    @Override
    public void close() {
        for (AutoCloseable watch : watches) {
            try {
                watch.close();
            } catch (Exception e) {
                LOG.debug("a watch did not close", e);
            }
        }
        stores.values().forEach(open -> {
            try {
                open.store.close();
            } catch (RuntimeException e) {
                LOG.warn("the store {} did not close cleanly; what it acknowledged is safe: {}", open.name, e
                        .getMessage());
            }
        });
    }
}
