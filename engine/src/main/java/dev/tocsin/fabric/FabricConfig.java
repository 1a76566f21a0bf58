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
import org.jspecify.annotations.Nullable;

/** The section {@code fabric} of a node's configuration. */
@Doc("Messages by topic between nodes, and with Zeek and other clients over WebSocket on the page's port.")
public record FabricConfig(
        @Doc("Where other nodes connect, such as 0.0.0.0:9999. Left out, none does; this node may still connect to others.") @Nullable Endpoint listen,
        @Doc("Other nodes, as host:port. One side of a pair is enough.") @Default("[]") List<Endpoint> peers,
        @Doc("Certificates, with which nodes of different machines know each other; needed off this machine.") @Nullable Tls tls,
        @Doc("Whether what comes from one node goes on to others. In a full mesh false saves copies.") @Default("true") boolean relay,
        @Doc("How long what is for a node that is away is kept; after that it is only counted.") @Default("10m") Duration retention,
        @Doc("Data stores: tables of values by key that nodes share, by a name of your choice.") @Default("{}") Map<String, StoreConfig> stores) {

    public FabricConfig {
        peers = List.copyOf(peers);
        stores = Collections.unmodifiableMap(new LinkedHashMap<>(stores));
        if (retention.isNegative()) {
            throw new IllegalArgumentException("retention must not be negative");
        }
    }

    /** Without stores. */
    public FabricConfig(@Nullable Endpoint listen, List<Endpoint> peers, @Nullable Tls tls, boolean relay,
            Duration retention) {
        this(listen, peers, tls, relay, retention, Map.of());
    }

    /** How nodes know each other; the same files for both directions. */
    @Doc("The node's certificate names the node, and both sides trust the same authority.")
    public record Tls(@Doc("PEM file of the certificate, followed by those that vouch for it.") Path certificate,
            @Doc("PEM file of its private key: PKCS#8 without a password.") Path key,
            @Doc("PEM file of the authorities that vouch for nodes.") Path ca) {
    }

    /** Whether there is anything to do between nodes. */
    public boolean isLinked() {
        return listen != null || !peers.isEmpty();
    }
}
