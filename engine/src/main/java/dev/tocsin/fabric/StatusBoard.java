package dev.tocsin.fabric;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells status events to whoever listens, each in a virtual thread of its own, and to the log. Thread-safe. */
final class StatusBoard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusBoard.class);
    private static final int WAITING_MAX = 1024;

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private final class Listener implements Hub.Listening {
        private final Consumer<Status> consumer;
        private final BlockingQueue<Status> queue = new ArrayBlockingQueue<>(WAITING_MAX);
        private final Thread thread = Thread.ofVirtual().name("fabric-status").unstarted(this::run);

        Listener(Consumer<Status> consumer) {
            this.consumer = consumer;
        }

        private void run() {
            try {
                while (true) {
                    tell(queue.take());
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private void tell(Status status) {
            try {
                consumer.accept(status);
            } catch (RuntimeException e) {
                LOG.warn("a listener to status events failed: {}", e.toString());
            }
        }

        void offer(Status status) {
            while (!queue.offer(status)) {
                queue.poll();
            }
        }

        @Override
        public void close() {
            listeners.remove(this);
            thread.interrupt();
        }
    }

    Hub.Listening add(Consumer<Status> consumer) {
        Listener listener = new Listener(consumer);
        listeners.add(listener);
        listener.thread.start();
        return listener;
    }

    void report(Status status) {
        if (status.code().isError()) {
            LOG.warn("{} {}: {}", status.code().text(), status.node(), status.text());
        } else {
            LOG.info("{} {}: {}", status.code().text(), status.node(), status.text());
        }
        listeners.forEach(l -> l.offer(status));
    }

    @Override
    public void close() {
        listeners.forEach(Listener::close);
    }
}
