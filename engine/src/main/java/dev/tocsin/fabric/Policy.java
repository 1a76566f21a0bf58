package dev.tocsin.fabric;

import java.time.Duration;
import java.util.Objects;

/**
 * What happens to messages for a receiver that is slower than those who publish. Only {@link Full#DROP_OLDEST} loses
 * anything while the receiver is there, and what it loses is announced to the receiver as a {@link Gap}.
 *
 * @param full what happens when the memory is used up
 * @param memoryBytes how much may wait in memory for one receiver
 * @param diskBytes how much may wait on disk after that; only for {@link Full#SPILL}
 * @param patience how long publishers are held up without any room being made before the oldest messages are dropped
 *            after all; zero for ever
 */
public record Policy(Full full, long memoryBytes, long diskBytes, Duration patience) {
    private static final long MEMORY_BYTES = 8L << 20;
    private static final long DISK_BYTES = 8L << 30;

    public Policy {
        Objects.requireNonNull(full);
        if (memoryBytes < 1 || diskBytes < 0 || patience.isNegative()) {
            throw new IllegalArgumentException("a policy needs memory of at least a byte and a patience that is not"
                    + " negative");
        }
    }

    /** What happens when the memory is used up. */
    public enum Full {
        /** Publishers wait until there is room. */
        BLOCK,
        /** It goes to disk; when that is used up as well, publishers wait. */
        SPILL,
        /** The oldest gives way. */
        DROP_OLDEST
    }

    public static Policy block() {
        return new Policy(Full.BLOCK, MEMORY_BYTES, 0, Duration.ZERO);
    }

    public static Policy spill() {
        return new Policy(Full.SPILL, MEMORY_BYTES, DISK_BYTES, Duration.ofSeconds(60));
    }

    public static Policy dropOldest() {
        return new Policy(Full.DROP_OLDEST, MEMORY_BYTES, 0, Duration.ZERO);
    }

    public Policy withMemoryBytes(long bytes) {
        return new Policy(full, bytes, diskBytes, patience);
    }

    public Policy withDiskBytes(long bytes) {
        return new Policy(full, memoryBytes, bytes, patience);
    }

    public Policy withPatience(Duration most) {
        return new Policy(full, memoryBytes, diskBytes, most);
    }
}
