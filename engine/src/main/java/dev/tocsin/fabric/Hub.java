package dev.tocsin.fabric;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The place of a node where all messages meet: from clients in this process and from links to other nodes, to all whose
 * prefixes cover the topic. There is one for each node; its endpoint id is new with every start, its name is not.
 * Thread-safe: everything that decides about order happens under one lock, in which nothing waits for a receiver.
 */
public final class Hub implements AutoCloseable {
    /** How long a message waits for those before it which may come another way. */
    public static final Duration HOLD = Duration.ofSeconds(1);

    private static final int ROUTES_MAX = 10_000;
    private static final int OWN_TOPICS_MAX = 65_536;
    private static final long WAIT_MILLIS = 20;
    private static final Duration COUNT_EVERY = Duration.ofSeconds(1);

    private final String name;
    private final UUID id;
    private final Path spills;
    private final StatusBoard statuses = new StatusBoard();
    private final Timer timer = new Timer();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final List<Target> targets = new ArrayList<>();
    private final TopicCounts topics = new TopicCounts();
    private final RightsCounts refused = new RightsCounts();
    private final Map<String, Route> routes = new HashMap<>();
    private final Map<String, long[]> ordinals = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, long[]> eldest) {
            return size() > OWN_TOPICS_MAX;
        }
    };
    private final Chains chains;
    private final List<Runnable> interestListeners = new CopyOnWriteArrayList<>();
    private final AtomicLong backlogs = new AtomicLong();
    private final Client own;
    /** What all targets want together. */
    private PrefixSet wanted = PrefixSet.NONE;
    private long sequence;
    private int links;
    private volatile int waiters;
    private volatile boolean ticking;
    private volatile boolean closed;

    private record Slot(Target target, Backlog backlog) {
    }

    /** Where messages of a topic go, and what counts them. */
    private record Route(List<Slot> slots, TopicCounts.Series series) {
    }

    /**
     * Numbers for people and metrics.
     *
     * @param published by clients of this node
     * @param repeated came again over another path, and were left out
     * @param late came after they had been announced as missing, and were left out
     */
    public record Figures(long published, long repeated, long late, int targets) {
    }

    /**
     * @param name of the node, the same after a restart
     * @param spills directory for what waits on disk; nothing in it outlives the process
     */
    public Hub(String name, Path spills) {
        this(name, UUID.randomUUID(), spills, HOLD);
    }

    /** @param hold how long a message waits for those before it which may come another way */
    public Hub(String name, UUID id, Path spills, Duration hold) {
        this.name = name;
        this.id = id;
        this.spills = spills.resolve(id.toString());
        this.chains = new Chains(id, hold.toNanos(), outlet());
        this.own = new Client(this, name);
        Spills.clean(spills, this.spills);
        timer.after(COUNT_EVERY, this::count);
    }

    private void count() {
        refreshTopics(System.nanoTime());
        timer.after(COUNT_EVERY, this::count);
    }

    void refreshTopics(long nowNanos) {
        topics.refresh(nowNanos, lock);
    }

    /** What is published and what waits, by topic. */
    public TopicCounts topics() {
        return topics;
    }

    /** What was refused to peers and clients for want of a right. */
    public RightsCounts refused() {
        return refused;
    }

    private Chains.Outlet outlet() {
        return new Chains.Outlet() {
            @Override
            public boolean pass(Routed routed, @Nullable Object source) {
                return Hub.this.pass(routed, source);
            }

            @Override
            public boolean isWanted(String topic) {
                return !route(topic).slots.isEmpty();
            }
        };
    }

    public String name() {
        return name;
    }

    /** The endpoint id: new with every start. */
    public UUID id() {
        return id;
    }

    /** A party that does not hear itself. */
    public Client client(String label) {
        return new Client(this, label);
    }

    /** Publishes as the node itself; see {@link Client#publish}. */
    public Published publish(String topic, byte[] payload) {
        return own.publish(topic, payload);
    }

    /** Subscribes as the node itself; see {@link Client#subscribe}. */
    public Subscription subscribe(Collection<String> prefixes, Receiver receiver) {
        return own.subscribe(prefixes, receiver);
    }

    /** Subscribes as the node itself; see {@link Client#subscribe}. */
    public Subscription subscribe(Collection<String> prefixes, Receiver receiver, Delivery delivery) {
        return own.subscribe(prefixes, receiver, delivery);
    }

    Published publish(Client from, String topic, byte[] payload, boolean wait) {
        if (payload.length > Message.PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException("a payload has at most " + Message.PAYLOAD_BYTES_MAX
                    + " bytes; this one has " + payload.length);
        }
        lock.lock();
        try {
            Route route = route(topic);
            boolean waited = false;
            while (!hasRoom(route, id, Message.weightBytes(topic, payload), from)) {
                if (!wait) {
                    return Published.BLOCKED;
                }
                waited = true;
                awaitRoom();
                route = route(topic);
            }
            if (closed) {
                throw new FabricException("the fabric of " + name + " is closed");
            }
            long[] ordinal = ordinals.computeIfAbsent(topic, _ -> new long[1]);
            route.series.published++;
            Published result = add(route, new Message(topic, id, ++sequence, ++ordinal[0], payload), from);
            return waited ? Published.BLOCKED : result;
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom() {
        waiters++;
        try {
            room.await(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new FabricException("interrupted while a receiver had no room");
        } finally {
            waiters--;
        }
        if (closed) {
            throw new FabricException("the fabric of " + name + " is closed");
        }
    }

    /** Must be called by those who have taken something out of a backlog. Costs nothing when nobody waits. */
    public void roomMade() {
        if (waiters > 0) {
            lock.lock();
            try {
                room.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Brings something that came over a link.
     *
     * @return false when there is no room for it: bring it again, before anything else that came over the same link
     */
    public boolean bring(Routed routed, Target link) {
        lock.lock();
        try {
            boolean taken = routed instanceof Gap gap && !gap.isNamed()
                    ? passUnnamed(gap, link)
                    : chains.accept(routed, link, links > 1);
            if (chains.isHolding() && !ticking && !closed) {
                ticking = true;
                timer.after(Duration.ofMillis(50), this::tick);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void tick() {
        lock.lock();
        try {
            ticking = false;
            chains.tick(System.nanoTime());
            if (chains.isHolding() && !closed) {
                ticking = true;
                timer.after(Duration.ofMillis(50), this::tick);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What nobody can name concerns everybody in this process; it is not sent on, since it could go round in circles. */
    private boolean passUnnamed(Gap gap, Target link) {
        for (Target target : targets) {
            if (target instanceof Subscription subscription && target != link) {
                subscription.backlog("").add(gap);
            }
        }
        return true;
    }

    private boolean pass(Routed routed, @Nullable Object source) {
        Route route = route(routed.topic());
        if (!hasRoom(route, routed.origin(), routed.weightBytes(), source)) {
            return false;
        }
        route.series.brought++;
        add(route, routed, source);
        return true;
    }

    private static boolean hasRoom(Route route, UUID origin, int bytes, @Nullable Object source) {
        boolean room = true;
        for (Slot slot : route.slots) {
            room &= slot.backlog.hasRoom(bytes) || slot.target.leavesOut(origin, source);
        }
        return room;
    }

    private static Published add(Route route, Routed routed, @Nullable Object source) {
        Published result = Published.ACCEPTED;
        for (Slot slot : route.slots) {
            if (!slot.target.leavesOut(routed.origin(), source)) {
                route.series.queued++;
                if (slot.backlog.add(routed, route.series) == Published.SPILLED) {
                    route.series.spilled++;
                    result = Published.SPILLED;
                }
            }
        }
        return result;
    }

    private Route route(String topic) {
        Route route = routes.get(topic);
        if (route == null) {
            byte[] bytes = Topics.bytes(topic);
            route = new Route(targets.stream().filter(t -> t.wants().covers(bytes)).map(t -> new Slot(t, t.backlog(
                    topic))).toList(), topics.of(topic));
            if (routes.size() >= ROUTES_MAX) {
                routes.clear();
            }
            routes.put(topic, route);
        }
        return route;
    }

    /** Begins to route to it. */
    public void attach(Target target) {
        lock.lock();
        try {
            targets.add(target);
            links += target instanceof Subscription ? 0 : 1;
        } finally {
            lock.unlock();
        }
        interestChanged();
    }

    /** Ends routing to it. */
    public void detach(Target target) {
        lock.lock();
        try {
            if (targets.remove(target)) {
                links -= target instanceof Subscription ? 0 : 1;
            }
        } finally {
            lock.unlock();
        }
        interestChanged();
    }

    /** Must be called when what a target wants has changed. */
    public void interestChanged() {
        lock.lock();
        try {
            routes.clear();
            PrefixSet before = wanted;
            wanted = PrefixSet.union(targets.stream().map(Target::wants).toList());
            PrefixSet lost = before.without(wanted);
            if (!lost.isEmpty()) {
                chains.forget(topic -> lost.covers(topic) && !wanted.covers(topic));
            }
        } finally {
            lock.unlock();
        }
        interestListeners.forEach(Runnable::run);
    }

    /** What the clients of this node want. */
    public PrefixSet interest() {
        lock.lock();
        try {
            return PrefixSet.union(targets.stream().filter(Subscription.class::isInstance).map(Target::wants).toList());
        } finally {
            lock.unlock();
        }
    }

    /** Whether the topic is wanted by somebody who can have it now: a client of this node, or a peer that is connected. */
    public boolean isWanted(String topic) {
        lock.lock();
        try {
            for (Slot slot : route(topic).slots()) {
                if (slot.target.isHere()) {
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** @param listener runs after what anybody wants has changed, in the thread that changed it */
    public void onInterest(Runnable listener) {
        interestListeners.add(listener);
    }

    /** Ends what was begun with {@link #onStatus} when it is closed. */
    public interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    /** @return closing it ends it; at most 1,024 wait for it, then the oldest are left out */
    public Listening onStatus(Consumer<Status> listener) {
        return statuses.add(listener);
    }

    /** Tells everybody who listens to status events. */
    public void report(Status status) {
        statuses.report(status);
    }

    /** Of this hub, for short tasks. */
    public Timer timer() {
        return timer;
    }

    /** A new backlog whose files are in this hub's directory. */
    public Backlog backlog(Policy policy, String label, Doorbell doorbell) {
        String plain = label.replaceAll("[^A-Za-z0-9_.-]", "_");
        String file = plain.substring(0, Math.min(100, plain.length())) + "-" + backlogs.incrementAndGet();
        return new Backlog(policy, spills, file, doorbell, text -> report(new Status(Status.Code.SPILL_FAILED, name, id,
                label + ": " + text)), topics);
    }

    public Figures figures() {
        lock.lock();
        try {
            return new Figures(sequence, chains.repeated(), chains.late(), targets.size());
        } finally {
            lock.unlock();
        }
    }

    /** Ends all subscriptions and deletes what waits on disk. Links are to be closed before. */
    @Override
    public void close() {
        closed = true;
        List<Target> left;
        lock.lock();
        try {
            room.signalAll();
            left = List.copyOf(targets);
        } finally {
            lock.unlock();
        }
        left.stream().filter(Subscription.class::isInstance).forEach(t -> ((Subscription) t).close());
        timer.close();
        statuses.close();
        Spills.delete(spills);
    }
}
