package dev.tocsin.fabric;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The section {@code fabric} of a node's configuration. */
@Doc("Messages by topic between nodes, and with Zeek and other clients over WebSocket on the page's port.")
public record FabricConfig(
        @Doc("Where other nodes connect, such as 0.0.0.0:9999. Left out, none does; this node may still connect to others.") @Nullable Endpoint listen,
        @Doc("Other nodes, as host:port. One side of a pair is enough.") @Default("[]") List<Endpoint> peers,
        @Doc("Certificates, with which nodes of different machines know each other; needed off this machine.") @Nullable Tls tls,
        @Doc("Whether what comes from one node goes on to others. In a full mesh false saves copies.") @Default("true") boolean relay,
        @Doc("How long what is for a node that is away is kept; after that it is only counted.") @Default("10m") Duration retention,
        @Doc("Data stores: tables of values by key that nodes share, by a name of your choice.") @Default("{}") Map<String, StoreConfig> stores,
        @Doc("File of the cluster's layout: YAML, or the cluster-layout.zeek of a Zeek cluster. This node is the one with its name; it is linked with those that it needs.") @Nullable Path layout,
        @Doc("What happens to messages for a slow peer or WebSocket client, by topic prefix. What no entry covers is spilled.") @Default("[]") List<PolicyConfig> policies,
        @Doc("Who may publish and subscribe what, by the name in a peer's certificate; token: clients that bring the node's token; local: who is on this machine and shows neither; \"*\": all others. Once this is there, who is not named may do nothing. Left out, whoever is known may do everything.") @Nullable Map<String, RightsConfig> rights) {

    public FabricConfig {
        peers = List.copyOf(peers);
        policies = List.copyOf(policies);
        rights = rights == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(rights));
        Set<String> topics = new HashSet<>();
        policies.forEach(p -> {
            if (!topics.add(p.topic())) {
                throw new IllegalArgumentException("policies has two entries for the topic \"" + p.topic()
                        + "\"; remove one of them");
            }
        });
        stores = Collections.unmodifiableMap(new LinkedHashMap<>(stores));
        if (retention.isNegative()) {
            throw new IllegalArgumentException("retention must not be negative");
        }
    }

    /** Without policies and rights. */
    public FabricConfig(@Nullable Endpoint listen, List<Endpoint> peers, @Nullable Tls tls, boolean relay,
            Duration retention, Map<String, StoreConfig> stores, @Nullable Path layout) {
        this(listen, peers, tls, relay, retention, stores, layout, List.of(), null);
    }

    /** Without stores and layout. */
    public FabricConfig(@Nullable Endpoint listen, List<Endpoint> peers, @Nullable Tls tls, boolean relay,
            Duration retention) {
        this(listen, peers, tls, relay, retention, Map.of(), null);
    }

    /** How nodes know each other; the same files for both directions. */
    @Doc("The node's certificate names the node, and both sides trust the same authority.")
    public record Tls(@Doc("PEM file of the certificate, followed by those that vouch for it.") Path certificate,
            @Doc("PEM file of its private key: PKCS#8 without a password.") Path key,
            @Doc("PEM file of the authorities that vouch for nodes.") Path ca) {
    }

    /**
     * The policies of {@link #policies}, as links and clients take them.
     *
     * @param otherwise those of the prefixes that are not named
     */
    public Policies policiesByTopic(Policies otherwise) {
        Policies all = otherwise;
        for (PolicyConfig each : policies) {
            all = all.with(each.topic(), each.toPolicy());
        }
        return all;
    }

    /** The rights of {@link #rights}, as links and clients take them. */
    public RightsByName rightsByName() {
        if (rights == null) {
            return RightsByName.OPEN;
        }
        Map<String, Rights> named = new LinkedHashMap<>();
        rights.forEach((name, each) -> named.put(name, each.rights()));
        return new RightsByName(Optional.of(named));
    }

    /** Whether there is anything to do between nodes. */
    public boolean isLinked() {
        return listen != null || !peers.isEmpty() || layout != null;
    }
}
