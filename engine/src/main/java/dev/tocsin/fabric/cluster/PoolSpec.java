package dev.tocsin.fabric.cluster;

import java.util.Objects;

/**
 * Which nodes are to make a pool.
 *
 * @param topic reaches all nodes of the pool, and orders the pools among each other
 * @param nodesMax at most so many; 0 for no limit
 * @param exclusive whether no other pool may have its nodes
 */
public record PoolSpec(String topic, NodeType type, int nodesMax, boolean exclusive) {
    public PoolSpec {
        Objects.requireNonNull(topic);
        Objects.requireNonNull(type);
        if (nodesMax < 0) {
            throw new IllegalArgumentException("a pool cannot have fewer than 0 nodes");
        }
    }

    /** All nodes of a type, shared with other pools. */
    public static PoolSpec of(String topic, NodeType type) {
        return new PoolSpec(topic, type, 0, false);
    }

    public PoolSpec withNodesMax(int most) {
        return new PoolSpec(topic, type, most, exclusive);
    }

    public PoolSpec asExclusive() {
        return new PoolSpec(topic, type, nodesMax, true);
    }
}
