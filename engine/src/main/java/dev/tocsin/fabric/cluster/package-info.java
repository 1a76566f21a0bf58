/**
 * A cluster on the fabric in Zeek's manner: which nodes there are and what each is for, who of them is alive, topics to
 * reach them, pools that share work, logs that are written once, and who acts as manager.
 *
 * <p>In: a {@link dev.tocsin.fabric.cluster.Layout} and the hub's status events. Out: topics to publish to. Promised: all
 * nodes that see the same nodes alive choose the same node for a key.
 *
 * <p>Threads: changes of membership are told by the hub's status thread; everything here is thread-safe.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.fabric.cluster;
