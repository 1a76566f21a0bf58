package dev.tocsin.fabric.cluster;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Published;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.Subscription;
import dev.tocsin.fabric.data.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one node knows of its cluster: the layout, who is alive, and the topics and pools to reach the others. A node is alive
 * when its endpoint can be reached, directly or over others; it is known by its name on the fabric, which has to be that in
 * the layout.
 *
 * <p>To be made before the hub's links are opened, so that it hears of everybody. Thread-safe.
 */
public final class Cluster implements AutoCloseable {
    private final Hub hub;
    private final Layout layout;
    private final Member self;
    private final ClusterTopics topics;
    private final Client client;
    /**
     * The endpoints of each node that can be reached, the one heard of last at the end. For a while after a node was started
     * again there are two: some still offer a path to the one that is gone.
     */
    private final Map<String, List<UUID>> alive = new ConcurrentHashMap<>();
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private final Map<PoolSpec, Pool> pools = new ConcurrentHashMap<>();
    private final List<String> warnings;
    private final Hub.Listening statuses;
    private final PoolSpec workers;
    private final PoolSpec proxies;
    private final PoolSpec loggers;

    /** A node has come, perhaps started again, or gone. */
    public record Change(Member node, UUID endpoint, boolean up) {
    }

    /**
     * @param pools beside those of all workers, all proxies and all loggers; the same on all nodes
     * @throws IllegalArgumentException when the layout has no node of the hub's name, or two pools are equal
     */
    public Cluster(Hub hub, Layout layout, ClusterTopics topics, List<PoolSpec> pools) {
        this.hub = hub;
        this.layout = layout;
        this.topics = topics;
        this.self = layout.member(hub.name()).orElseThrow(() -> new IllegalArgumentException("the layout has no node "
                + hub.name() + "; it has " + layout.members().stream().map(Member::name).toList()));
        this.client = hub.client("cluster");
        workers = PoolSpec.of(topics.pool("worker"), NodeType.WORKER);
        proxies = PoolSpec.of(topics.pool("proxy"), NodeType.PROXY);
        loggers = PoolSpec.of(topics.pool("logger"), NodeType.LOGGER);
        List<PoolSpec> all = new ArrayList<>(List.of(workers, proxies, loggers));
        all.addAll(pools);
        if (all.stream().map(PoolSpec::topic).distinct().count() < all.size()) {
            throw new IllegalArgumentException("two pools have the same topic: " + all);
        }
        Pools shared = new Pools(layout);
        shared.share(all).forEach((spec, nodes) -> this.pools.put(spec, new Pool(spec, nodes, this::isAlive)));
        warnings = List.copyOf(shared.warnings());
        alive.put(self.name(), List.of(hub.id()));
        statuses = hub.onStatus(this::heard);
    }

    private void heard(Status status) {
        UUID endpoint = status.endpoint();
        Optional<Member> member = layout.member(status.node());
        if (endpoint == null || member.isEmpty() || member.get().equals(self)) {
            return;
        }
        if (status.code() == Status.Code.ENDPOINT_DISCOVERED) {
            alive.compute(status.node(), (_, before) -> with(before, endpoint));
            tell(new Change(member.get(), endpoint, true));
        } else if (status.code() == Status.Code.ENDPOINT_UNREACHABLE) {
            alive.computeIfPresent(status.node(), (_, before) -> without(before, endpoint));
            if (!isAlive(status.node())) {
                tell(new Change(member.get(), endpoint, false));
            }
        }
    }

    private static List<UUID> with(@Nullable List<UUID> before, UUID endpoint) {
        List<UUID> after = new ArrayList<>(before == null ? List.of() : before);
        after.remove(endpoint);
        after.add(endpoint);
        return List.copyOf(after);
    }

    private static @Nullable List<UUID> without(List<UUID> before, UUID endpoint) {
        List<UUID> after = before.stream().filter(e -> !e.equals(endpoint)).toList();
        return after.isEmpty() ? null : after;
    }

    private void tell(Change change) {
        listeners.forEach(l -> l.accept(change));
    }

    /** @param listener is told one change after the other; what is so already it is not told */
    public void onChange(Consumer<Change> listener) {
        listeners.add(listener);
    }

    public Layout layout() {
        return layout;
    }

    public Member self() {
        return self;
    }

    public ClusterTopics topics() {
        return topics;
    }

    public boolean isAlive(String node) {
        return alive.containsKey(node);
    }

    /** The endpoint that the node is now, if it is alive. */
    public Optional<UUID> endpoint(String node) {
        return Optional.ofNullable(alive.get(node)).map(List::getLast);
    }

    /** Where pools did not get what they want. */
    public List<String> warnings() {
        return warnings;
    }

    public Pool workers() {
        return pool(workers);
    }

    public Pool proxies() {
        return pool(proxies);
    }

    public Pool loggers() {
        return pool(loggers);
    }

    /** @throws IllegalArgumentException when it was not given at the beginning */
    public Pool pool(PoolSpec spec) {
        Pool pool = pools.get(spec);
        if (pool == null) {
            throw new IllegalArgumentException("unknown pool " + spec.topic());
        }
        return pool;
    }

    /** The topics that are meant for this node: of its type, its name, its endpoint and its pools. */
    public List<String> ownTopics() {
        List<String> own = new ArrayList<>(List.of(topics.type(self.type()), topics.node(self.name()),
                topics.nodeId(hub.id().toString())));
        pools.forEach((spec, pool) -> {
            if (pool.nodes().contains(self.name())) {
                own.add(spec.topic());
            }
        });
        return own;
    }

    /** Gets what is published to {@link #ownTopics}. */
    public Subscription subscribe(Receiver receiver) {
        return client.subscribe(ownTopics(), receiver, Delivery.DEFAULT);
    }

    /** The topic of the node that a key belongs to; empty when none of the pool is alive. */
    public Optional<String> hrwTopic(Pool pool, Value key) {
        return pool.byKey(key).map(topics::node);
    }

    /** The topic of the next node in the turn of that name; empty when none of the pool is alive. */
    public Optional<String> rrTopic(Pool pool, String turn) {
        return pool.inTurn(turn).map(topics::node);
    }

    /** @return empty when none of the pool is alive: nothing was published */
    public Optional<Published> publishHrw(Pool pool, Value key, byte[] payload) {
        return hrwTopic(pool, key).map(t -> client.publish(t, payload));
    }

    /** @return empty when none of the pool is alive: nothing was published */
    public Optional<Published> publishRr(Pool pool, String turn, byte[] payload) {
        return rrTopic(pool, turn).map(t -> client.publish(t, payload));
    }

    @Override
    public void close() {
        statuses.close();
        client.close();
    }
}
