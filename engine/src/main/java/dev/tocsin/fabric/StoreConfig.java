package dev.tocsin.fabric;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;

/** One entry of {@code fabric.stores}. */
@Doc("A data store, as this node has it.")
public record StoreConfig(
        @Doc("What it is kept in: replicated (a topic of the log; every node may have a copy and may become master), sqlite (a file of one node), memory (one node, gone when it ends).") @Default("replicated") Backend backend,
        @Doc("What this node is to it: auto (replicated: a copy that may become master; sqlite and memory: the master), master (sqlite and memory only), clone (replicated only: a copy that never becomes master), client (no copy here; another node answers).") @Default("auto") Role role,
        @Doc("Where this node's copy of a replicated store is: memory, or disk when it is larger than memory.") @Default("memory") Copy copy,
        @Doc("A master of a replicated store that says nothing for so long is replaced.") @Default("2s") Duration lease,
        @Doc("A copy that has not heard of a master for so long is reported by health.") @Default("30s") Duration staleAfter,
        @Doc("How many keys it takes; the master refuses more.") @Default("100000000") long keysMax,
        @Doc("The largest key and the largest value.") @Default("8MiB") ByteSize valueMax) {
    private static final long KEYS_MAX = 1_000_000_000;
    private static final long VALUE_BYTES_MAX = 8 << 20;
    private static final Duration LEASE_MIN = Duration.ofMillis(500);
    private static final Duration LEASE_MAX = Duration.ofMinutes(1);

    /** What a store is kept in. */
    public enum Backend {
        REPLICATED,
        SQLITE,
        MEMORY
    }

    /** What a node is to a store. */
    public enum Role {
        AUTO,
        MASTER,
        CLONE,
        CLIENT
    }

    /** Where a copy is kept. */
    public enum Copy {
        MEMORY,
        DISK
    }

    public StoreConfig {
        boolean replicated = backend == Backend.REPLICATED;
        if (role == Role.CLONE && !replicated) {
            throw new IllegalArgumentException("role clone is for the backend replicated, the others are at one node"
                    + " only; leave role out at that node and write role: client at the others");
        }
        if (role == Role.MASTER && replicated) {
            throw new IllegalArgumentException("role master is for the backends sqlite and memory; any node may become"
                    + " master of a replicated store: write role: auto, and role: clone where it must not");
        }
        if (copy == Copy.DISK && (!replicated || role == Role.CLIENT)) {
            throw new IllegalArgumentException("copy says where a copy of a replicated store is, and here is none;"
                    + " leave it out");
        }
        if (lease.compareTo(LEASE_MIN) < 0 || lease.compareTo(LEASE_MAX) > 0) {
            throw new IllegalArgumentException("lease is from 500ms to 1m");
        }
        if (staleAfter.compareTo(lease) < 0) {
            throw new IllegalArgumentException("stale_after must not be shorter than the lease; it would be reported"
                    + " whenever the master changes");
        }
        if (keysMax < 1 || keysMax > KEYS_MAX) {
            throw new IllegalArgumentException("keys_max is from 1 to " + KEYS_MAX);
        }
        if (valueMax.bytes() < 1 || valueMax.bytes() > VALUE_BYTES_MAX) {
            throw new IllegalArgumentException("value_max is from 1 byte to 8MiB");
        }
    }

    /** Whether this node can read it without asking another. */
    public boolean isHere() {
        return role != Role.CLIENT;
    }
}
