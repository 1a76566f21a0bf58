package dev.tocsin.fabric;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One party of this process: a component, or one connection of a WebSocket client. It does not get what it publishes
 * itself, unless it asks for it; all other clients of the hub do. Thread-safe.
 */
public final class Client implements AutoCloseable {
    private final Hub hub;
    private final String name;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

    Client(Hub hub, String name) {
        this.hub = hub;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /**
     * Publishes, and waits while a receiver that must not lose anything has no room.
     *
     * @param payload a value as broker-bin-v1; nobody may change it afterwards
     * @throws IllegalArgumentException when the topic or the payload is too long
     * @throws FabricException when the hub is closed or the thread is interrupted
     */
    public Published publish(String topic, byte[] payload) {
        return hub.publish(this, topic, payload, true);
    }

    /** The same without waiting: {@link Published#BLOCKED} says that it was not taken. */
    public Published tryPublish(String topic, byte[] payload) {
        return hub.publish(this, topic, payload, false);
    }

    public Subscription subscribe(Collection<String> prefixes, Receiver receiver) {
        return subscribe(prefixes, receiver, Delivery.DEFAULT);
    }

    /** @throws IllegalArgumentException when a prefix is too long */
    public Subscription subscribe(Collection<String> prefixes, Receiver receiver, Delivery delivery) {
        Subscription subscription = new Subscription(hub, this, prefixes, receiver, delivery);
        subscriptions.add(subscription);
        hub.attach(subscription);
        subscription.start();
        return subscription;
    }

    void forget(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    /** Ends its subscriptions. */
    @Override
    public void close() {
        subscriptions.forEach(Subscription::close);
    }
}
