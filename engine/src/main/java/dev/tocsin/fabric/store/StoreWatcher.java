package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;

/**
 * Sees a store as it is, and then every change, in order and without a hole. One thread calls it. A watcher that is so slow
 * that too many changes wait for it is shown the store from the beginning again.
 */
public interface StoreWatcher {
    /** What follows is the store as it is at that revision; whatever was seen before is void. */
    void begin(long revision);

    void entry(Value key, Value value, long revision);

    /** That was all of it; from now on come the changes. */
    void ready();

    /** Its revision is greater than that of any before. */
    void event(StoreEvent event);
}
