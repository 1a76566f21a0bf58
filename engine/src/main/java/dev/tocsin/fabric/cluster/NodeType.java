package dev.tocsin.fabric.cluster;

import java.util.Locale;

/** What a node of a cluster is for. Names as in Zeek's {@code Cluster::NodeType}. */
public enum NodeType {
    /** Writes logs, and does little else. */
    LOGGER,
    /** Decides what needs a view of the whole. */
    MANAGER,
    /** Takes work and data off others, shared by key. */
    PROXY,
    /** Does most of the work. */
    WORKER,
    /** Asks and steers from outside. */
    CONTROL;

    /** As it is written in topics and layouts, such as {@code worker}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nodes of these types have a link of their own: workers to proxies, all to loggers and the manager. */
    public boolean isLinkedWith(NodeType other) {
        if (this == other) {
            return false;
        }
        return this == LOGGER || other == LOGGER || this == MANAGER || other == MANAGER
                || this == WORKER && other == PROXY || this == PROXY && other == WORKER;
    }
}
