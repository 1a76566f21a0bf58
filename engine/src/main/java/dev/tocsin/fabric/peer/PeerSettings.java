package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Policy;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How links behave.
 *
 * @param policies what happens to messages for a slow peer, by topic prefix; the longest that covers the topic decides
 * @param retention how long what is for a peer is kept while it is not connected; after that it is only counted
 * @param heartbeat after how long of silence a peer is asked whether it is there; after three of them it is not
 * @param relay whether what comes from one peer is sent on to others
 */
public record PeerSettings(Map<String, Policy> policies, Duration retention, Duration heartbeat, boolean relay) {
    public static final PeerSettings DEFAULT = new PeerSettings(Map.of("", Policy.spill()), Duration.ofMinutes(10),
            Duration.ofSeconds(5), true);

    public PeerSettings {
        Map<String, Policy> all = new TreeMap<>(policies);
        all.putIfAbsent("", Policy.spill());
        policies = Map.copyOf(all);
        if (heartbeat.isNegative() || heartbeat.isZero() || retention.isNegative()) {
            throw new IllegalArgumentException("heartbeat and retention are lengths of time");
        }
    }

    public PeerSettings withPolicy(String prefix, Policy policy) {
        Map<String, Policy> all = new TreeMap<>(policies);
        all.put(prefix, policy);
        return new PeerSettings(all, retention, heartbeat, relay);
    }

    public PeerSettings withRetention(Duration other) {
        return new PeerSettings(policies, other, heartbeat, relay);
    }

    public PeerSettings withHeartbeat(Duration other) {
        return new PeerSettings(policies, retention, other, relay);
    }

    public PeerSettings withRelay(boolean other) {
        return new PeerSettings(policies, retention, heartbeat, other);
    }
}
