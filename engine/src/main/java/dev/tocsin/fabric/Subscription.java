package dev.tocsin.fabric;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one receiver wants, and what waits for it. Prefixes can be added and removed while messages flow; what was already
 * waiting for it still comes. Thread-safe.
 */
public final class Subscription implements Target, AutoCloseable {
    private static final int BATCH = 512;

    private final Hub hub;
    private final Client client;
    private final Receiver receiver;
    private final boolean echo;
    private final Doorbell doorbell = new Doorbell();
    private final Backlogs backlogs;
    private final Thread thread;
    private final Set<String> asked = new TreeSet<>();
    private volatile PrefixSet prefixes;
    private volatile boolean paused;
    private volatile boolean closed;

    Subscription(Hub hub, Client client, Collection<String> prefixes, Receiver receiver, Delivery delivery) {
        this.hub = hub;
        this.client = client;
        this.receiver = receiver;
        this.echo = delivery.echo();
        this.asked.addAll(prefixes);
        this.prefixes = PrefixSet.of(prefixes);
        this.backlogs = new Backlogs(hub, delivery.policies(), client.name(), doorbell);
        this.thread = Thread.ofVirtual().name("fabric-" + client.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** What it wants now, reduced to the shortest. */
    public PrefixSet prefixes() {
        return prefixes;
    }

    /** @throws IllegalArgumentException when it is too long */
    public void add(String prefix) {
        synchronized (asked) {
            asked.add(prefix);
            prefixes = PrefixSet.of(asked);
        }
        hub.interestChanged();
    }

    /** Takes back a prefix that was asked for, exactly as it was; others that cover the same topics stay. */
    public void remove(String prefix) {
        synchronized (asked) {
            asked.remove(prefix);
            prefixes = PrefixSet.of(asked);
        }
        hub.interestChanged();
    }

    /** Delivers nothing more until {@link #resume}; what comes waits as the policy says. */
    public void pause() {
        paused = true;
    }

    public void resume() {
        paused = false;
        doorbell.ring();
    }

    public Backlog.Figures figures() {
        return backlogs.figures();
    }

    private void run() {
        List<Routed> batch = new ArrayList<>(BATCH);
        boolean busy = false;
        while (!closed) {
            if (Thread.interrupted() && closed) {
                // Only closing interrupts; what a receiver has left behind must not keep this thread from waiting.
                return;
            }
            if (!paused && backlogs.take(batch, BATCH)) {
                hub.roomMade();
                for (int i = 0; i < batch.size() && !closed; i++) {
                    deliver(batch.get(i));
                }
                batch.clear();
                busy = true;
            } else {
                if (busy) {
                    idle();
                    busy = false;
                }
                doorbell.await(() -> closed || !paused && !backlogs.isEmpty(), Long.MAX_VALUE / 4);
            }
        }
    }

    private void deliver(Routed routed) {
        try {
            switch (routed) {
                case Message message -> receiver.message(message);
                case Gap gap -> receiver.gap(gap);
            }
        } catch (Exception e) {
            failed(e);
        }
    }

    private void idle() {
        try {
            receiver.idle();
        } catch (Exception e) {
            failed(e);
        }
    }

    private void failed(Exception e) {
        if (!closed) {
            hub.report(new Status(Status.Code.RECEIVER_FAILED, hub.name(), hub.id(), client.name() + ": " + e));
        }
    }

    @Override
    public PrefixSet wants() {
        return prefixes;
    }

    @Override
    public Backlog backlog(String topic) {
        return backlogs.of(topic);
    }

    @Override
    public boolean leavesOut(UUID origin, @Nullable Object source) {
        return source == client && !echo;
    }

    /** Ends it. What waits is thrown away; a call to the receiver that is under way is interrupted. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            hub.detach(this);
            doorbell.ring();
            if (Thread.currentThread() != thread) {
                thread.interrupt();
            }
            backlogs.close();
            client.forget(this);
            hub.roomMade();
        }
    }
}
