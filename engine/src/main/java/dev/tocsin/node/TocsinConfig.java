package dev.tocsin.node;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.content.ContentConfig;
import dev.tocsin.detect.DetectConfig;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.index.IndexConfig;
import dev.tocsin.log.LogConfig;
import dev.tocsin.process.ProcessConfig;
import dev.tocsin.rollout.RolloutConfig;
import dev.tocsin.sink.SinkConfig;
import dev.tocsin.source.SourceConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The whole configuration file. An empty one means a working local pipeline. */
@Doc("A Tocsin node.")
public record TocsinConfig(@Doc("The site this node belongs to.") @Default("{}") Site site,
        @Doc("This node.") @Default("{}") NodeSection node, @Doc("The durable log.") @Default("{}") LogConfig log,
        @Doc("What brings events in, by a name of your choice.") @Default("{syslog: {type: syslog}, http: {type: http}}") Map<String, SourceConfig> sources,
        @Doc("Parsing, log sources, filters and changes.") @Default("{}") ProcessConfig process,
        @Doc("Detection.") @Default("{}") DetectConfig detect,
        @Doc("Rule bundles.") @Default("{}") ContentConfig content,
        @Doc("Where events and alerts are written, by a name of your choice.") @Default("{}") Map<String, SinkConfig> sinks,
        @Doc("Search.") @Default("{}") IndexConfig index,
        @Doc("Messages between nodes.") @Default("{}") FabricConfig fabric,
        @Doc("Moving from one engine to another.") @Default("{}") RolloutConfig rollout,
        @Doc("The page and the HTTP API.") @Default("{}") WebConfig web) {

    /** The site. */
    @Doc("A site.")
    public record Site(@Doc("Its name; stands in the origin of each event.") @Default("local") String name) {
        public Site {
            requireName("site.name", name);
        }
    }

    /** The node. */
    @Doc("A node.")
    public record NodeSection(
            @Doc("Its name, unique among the nodes of a log.") @Default("node1") String name,
            @Doc("Where it keeps what it must not lose.") @Default("data") Path data,
            @Doc("What it does: collector (sources), worker (process, detect), proxy (correlate), or instead of these two processor (process) and engine (detect, correlate); logger (index, sinks), manager (page).") @Default("[collector, worker, proxy, logger, manager]") List<String> roles) {
        public NodeSection {
            requireName("node.name", name);
            roles = List.copyOf(roles);
            if (parsed(roles).isEmpty()) {
                throw new IllegalArgumentException("roles names nothing to do; leave it out for all of them");
            }
        }
    }

    private static Set<Role> parsed(List<String> roles) {
        try {
            return Role.parse(roles);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("roles has an " + e.getMessage(), e);
        }
    }

    /** What a node does. */
    public enum Role {
        COLLECTOR,
        PROCESSOR,
        ENGINE,
        WORKER,
        PROXY,
        LOGGER,
        MANAGER;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** @throws IllegalArgumentException naming the known roles */
        public static Set<Role> parse(List<String> words) {
            Set<Role> roles = new TreeSet<>();
            for (String word : words) {
                roles.add(Arrays.stream(values()).filter(r -> r.word().equals(word)).findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("unknown role \"" + word + "\"; known: "
                                + Arrays.stream(values()).map(Role::word).collect(Collectors.joining(", ")))));
            }
            return roles;
        }
    }

    /** @throws IllegalArgumentException when it cannot be a name */
    public static void requireName(String what, String name) {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    what + " has 1 to 64 letters, digits, dots, dashes, underscores: \"" + name + "\"");
        }
    }
}
