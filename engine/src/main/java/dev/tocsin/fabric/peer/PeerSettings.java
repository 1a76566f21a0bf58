package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Policies;
import dev.tocsin.fabric.Policy;
import java.time.Duration;

/**
 * How links behave.
 *
 * @param policies what happens to messages for a slow peer, by topic prefix; the longest that covers the topic decides
 * @param retention how long what is for a peer is kept while it is not connected; after that it is only counted
 * @param heartbeat after how long of silence a peer is asked whether it is there; after three of them it is not
 * @param relay whether what comes from one peer is sent on to others
 */
public record PeerSettings(Policies policies, Duration retention, Duration heartbeat, boolean relay) {
    public static final PeerSettings DEFAULT = new PeerSettings(Policies.DEFAULT, Duration.ofMinutes(10),
            Duration.ofSeconds(5), true);

    public PeerSettings {
        if (heartbeat.isNegative() || heartbeat.isZero() || retention.isNegative()) {
            throw new IllegalArgumentException("heartbeat and retention are lengths of time");
        }
    }

    public PeerSettings withPolicy(String prefix, Policy policy) {
        return withPolicies(policies.with(prefix, policy));
    }

    public PeerSettings withPolicies(Policies other) {
        return new PeerSettings(other, retention, heartbeat, relay);
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
