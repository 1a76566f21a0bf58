package dev.tocsin.fabric.store;

import java.time.Duration;

/**
 * How a copy of a store is.
 *
 * @param master the node that was master when this copy heard of one last; empty if it never did
 * @param age how old what is read here may be: 0 at the master; at a clone, how long ago the master was at the revision that
 *            this copy has, as far as is known. Clocks that differ show in it
 * @param bytes that the copy takes, in memory about, on disk as the file system says
 * @param digest equal for two copies of the same revision, or one of them is wrong
 * @param rebuilt how often it was found to differ from the master's and read anew
 * @param error what troubles it and what happens now, or empty
 */
public record StoreStatus(String store, boolean isMaster, String master, long epoch, long revision, long size,
        long bytes, long digest,
        Duration age, long rebuilt, String error) {
}
