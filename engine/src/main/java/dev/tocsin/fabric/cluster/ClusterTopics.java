package dev.tocsin.fabric.cluster;

import java.util.Objects;

/**
 * The topics that reach nodes. What ends with the separator is so that {@code worker-1} is no prefix of {@code worker-10}.
 *
 * @param prefix of all of them
 */
public record ClusterTopics(String prefix, String separator) {
    /** As Zeek writes them with its Broker backend, and our nodes among themselves: {@code zeek/cluster/worker}. */
    public static final ClusterTopics SLASHES = new ClusterTopics("zeek/cluster", "/");
    /** As Zeek writes them with its ZeroMQ backend: {@code zeek.cluster.worker}. */
    public static final ClusterTopics DOTS = new ClusterTopics("zeek.cluster", ".");

    public ClusterTopics {
        Objects.requireNonNull(prefix);
        Objects.requireNonNull(separator);
    }

    /** All nodes of a type. */
    public String type(NodeType type) {
        return prefix + separator + type.text();
    }

    /** The node of that name, whichever endpoint it is now. */
    public String node(String name) {
        return prefix + separator + "node" + separator + name + separator;
    }

    /** One start of a node. */
    public String nodeId(String id) {
        return prefix + separator + "nodeid" + separator + id + separator;
    }

    /** All nodes of a pool. */
    public String pool(String name) {
        return prefix + separator + "pool" + separator + name;
    }
}
