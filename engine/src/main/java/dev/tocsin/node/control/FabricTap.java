package dev.tocsin.node.control;

import dev.tocsin.event.Event;
import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Policy;
import dev.tocsin.fabric.Published;
import dev.tocsin.log.Stream;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the records of this node's streams, each on its {@link TapRecord#topic}, while somebody who can be reached
 * subscribes to that topic. Nothing is read while nobody does. Nothing waits for a subscriber either: what is not taken is
 * counted, and told before the next record that is.
 */
public final class FabricTap implements AutoCloseable {
    /** How much of a tap waits for a slow receiver; the oldest gives way. */
    public static final Policy POLICY = Policy.dropOldest().withMemoryBytes(4 << 20);

    private static final Logger LOG = LoggerFactory.getLogger(FabricTap.class);

    private final Hub hub;
    private final Client client;
    private final Source source;
    private final Predicate<Event> own;
    private final Hub.Listening statuses;
    private final Semaphore changes = new Semaphore(1);
    /** Of the thread below alone. */
    private final Map<Stream, AutoCloseable> open = new EnumMap<>(Stream.class);
    private final Thread thread;
    private volatile boolean closed;

    /** Where records come from. */
    @FunctionalInterface
    public interface Source {
        /** Every record that is committed to the stream from now on; close to stop. */
        AutoCloseable tap(Stream stream, Consumer<Event> receiver);
    }

    /** @param own which records this node tells; where nodes share a log, those that it has collected itself */
    public FabricTap(Hub hub, Source source, Predicate<Event> own) {
        this.hub = hub;
        this.client = hub.client("tap");
        this.source = source;
        this.own = own;
        hub.onInterest(changes::release);
        statuses = hub.onStatus(_ -> changes.release());
        thread = Thread.ofVirtual().name("fabric-tap").start(this::run);
    }

    private void run() {
        try {
            while (!closed) {
                changes.acquire();
                changes.drainPermits();
                for (Stream stream : Stream.values()) {
                    look(stream);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.values().forEach(FabricTap::end);
        }
    }

    private void look(Stream stream) {
        String topic = TapRecord.topic(stream, hub.name());
        boolean wanted = hub.isWanted(topic);
        AutoCloseable tap = open.get(stream);
        if (wanted && tap == null) {
            open.put(stream, source.tap(stream, new Outlet(stream, topic)));
        } else if (!wanted && tap != null) {
            end(tap);
            open.remove(stream);
        }
    }

    private static void end(AutoCloseable tap) {
        try {
            tap.close();
        } catch (Exception e) {
            LOG.debug("a tap did not close", e);
        }
    }

    /** The records of one stream, called by one thread. */
    private final class Outlet implements Consumer<Event> {
        private final Stream stream;
        private final String topic;
        private long missed;

        Outlet(Stream stream, String topic) {
            this.stream = stream;
            this.topic = topic;
        }

        @Override
        public void accept(Event event) {
            if (closed || !own.test(event)) {
                return;
            }
            try {
                if (missed > 0 && isTaken(TapRecord.missed(stream, hub.name(), missed))) {
                    missed = 0;
                }
                if (missed > 0 || !isTaken(TapRecord.payload(stream, hub.name(), event))) {
                    missed++;
                }
            } catch (FabricException e) {
                LOG.debug("the fabric is closing", e);
            }
        }

        private boolean isTaken(byte[] payload) {
            return client.tryPublish(topic, payload) != Published.BLOCKED;
        }
    }

    @Override
    public void close() {
        closed = true;
        statuses.close();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
