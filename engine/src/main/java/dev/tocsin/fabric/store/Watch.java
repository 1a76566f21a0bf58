package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One watcher, its thread, and the changes that wait for it. */
final class Watch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final int WAITING_MAX = 100_000;

    private final StoreWatcher watcher;
    private final Supplier<Start> starts;
    private final Thread thread;
    private final Queue<StoreEvent> waiting = new ArrayDeque<>();
    private boolean following;
    private volatile boolean closed;

    /** The store at one revision. */
    record Start(long revision, Entries.Snapshot all) {
    }

    /** @param starts takes a snapshot and calls {@link #follow} while nothing can change */
    Watch(StoreWatcher watcher, Supplier<Start> starts) {
        this.watcher = watcher;
        this.starts = starts;
        this.thread = Thread.ofVirtual().name("store-watch").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** From now on every event is wanted. */
    synchronized void follow() {
        waiting.clear();
        following = true;
    }

    void offer(StoreEvent event) {
        synchronized (this) {
            if (!following) {
                return;
            }
            if (waiting.size() >= WAITING_MAX) {
                restart();
            } else {
                waiting.add(event);
            }
        }
        LockSupport.unpark(thread);
    }

    /** It will be shown the store from the beginning. */
    synchronized void restart() {
        waiting.clear();
        following = false;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            try {
                show();
                StoreEvent event = next();
                while (event != null) {
                    watcher.event(event);
                    event = next();
                }
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.warn("a watch of a store failed and begins again", e);
                    restart();
                    LockSupport.parkNanos(100_000_000);
                }
            }
        }
    }

    private void show() {
        Start start = starts.get();
        watcher.begin(start.revision);
        try (Entries.Snapshot all = start.all) {
            while (all.hasNext() && !closed) {
                Map.Entry<Value, Entry> each = all.next();
                watcher.entry(each.getKey(), each.getValue().value(), each.getValue().revision());
            }
        }
        if (!closed) {
            watcher.ready();
        }
    }

    /** Waits for it; null when it must begin again, or is closed. */
    private @org.jspecify.annotations.Nullable StoreEvent next() {
        while (!closed) {
            synchronized (this) {
                if (!following) {
                    return null;
                }
                if (!waiting.isEmpty()) {
                    return waiting.remove();
                }
            }
            LockSupport.park(this);
        }
        return null;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
