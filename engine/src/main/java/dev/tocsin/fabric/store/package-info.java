/**
 * Data stores: tables of values by key that every node of the fabric can read, in the manner of Broker's.
 *
 * <p>In: mutations and queries from callers in this process and, over the hub, from other nodes. Out: results, typed
 * faults, and every change as a {@link dev.tocsin.fabric.store.StoreEvent}. Promised: one master at a time decides, in one
 * order; what it has acknowledged is in the {@link dev.tocsin.fabric.store.StoreLog}, so no other master can miss it; a
 * retried request counts once; nothing expires early.
 *
 * <p>Threads: one thread for each {@link dev.tocsin.fabric.store.StoreNode} follows the log or, as master, writes to it;
 * readers read in their own thread under a shared lock; each watch has a virtual thread.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.fabric.store;
