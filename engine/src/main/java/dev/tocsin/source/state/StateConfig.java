package dev.tocsin.source.state;

import java.time.Duration;

/** Where a source keeps its place, and by what a standby knows that nobody leads. */
public sealed interface StateConfig permits RedisStateConfig, S3StateConfig, FileStateConfig, KafkaStateConfig {
    /** Shorter, and a busy machine would lose the lead again and again. */
    Duration LEASE_MIN = Duration.ofMillis(500);
    Duration LEASE_MAX = Duration.ofMinutes(10);

    /**
     * How long a leader that says nothing is waited for. A leader renews three times in it; a standby asks so often that it
     * leads soon after ({@link #poll}).
     */
    Duration lease();

    /** How often a standby is to ask. */
    default Duration poll() {
        Duration fifth = lease().dividedBy(5);
        return fifth.compareTo(Duration.ofMillis(500)) < 0 ? fifth : Duration.ofMillis(500);
    }

    /** @throws IllegalArgumentException when it is too short or too long */
    static void check(Duration lease) {
        if (lease.compareTo(LEASE_MIN) < 0 || lease.compareTo(LEASE_MAX) > 0) {
            throw new IllegalArgumentException("lease must be from 500ms to 10m");
        }
    }
}
