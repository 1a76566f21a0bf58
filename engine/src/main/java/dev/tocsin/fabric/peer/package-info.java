/**
 * Links between Tocsin nodes: one connection for each pair, by names that outlive connections.
 *
 * <p>In: what the hub has for a peer, and what comes from it. Out: the same on the other side, each once and in order,
 * also after any number of cuts. Promised: what one side has not acknowledged the other still has, in memory or on disk, as
 * the policy says; a slow or absent peer lags alone; off this machine only with certificates on both sides.
 *
 * <p>Threads: two for each link, one that reads and one that writes; a virtual thread for each address that is dialled.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.fabric.peer;
