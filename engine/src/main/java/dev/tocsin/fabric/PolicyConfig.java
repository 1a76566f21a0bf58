package dev.tocsin.fabric;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One entry of {@code fabric.policies}. */
@Doc("What happens to messages under a prefix for a peer or a WebSocket client that is slower than those who publish. The longest prefix that covers the topic decides.")
public record PolicyConfig(@Doc("Prefix of the topics; \"\" is for all that no other entry covers.") String topic,
        @Doc("When the memory is used up: block (publishers wait), spill (it goes to disk, and when that is used up publishers wait), drop_oldest (the oldest gives way and is announced as missing).") Policy.Full policy,
        @Doc("How much may wait in memory for one receiver.") @Default("8MiB") ByteSize memory,
        @Doc("For spill: how much may wait on disk after that. Left out, it is 8GiB.") @Nullable ByteSize disk,
        @Doc("For block and spill: how long publishers are held up without any room being made before the oldest is dropped after all; 0s for ever. Left out, it is 60s for spill and for ever for block.") @Nullable Duration patience) {

    public PolicyConfig {
        if (memory.bytes() < 1) {
            throw new IllegalArgumentException("memory is at least a byte; a queue without any holds nothing");
        }
        if (disk != null && policy != Policy.Full.SPILL) {
            throw new IllegalArgumentException(
                    "disk is for the policy spill alone; leave it out, or write policy: spill");
        }
        if (patience != null && policy == Policy.Full.DROP_OLDEST) {
            throw new IllegalArgumentException("patience is for the policies block and spill, with drop_oldest nobody"
                    + " waits; leave it out");
        }
        if (patience != null && patience.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative");
        }
        try {
            Topics.bytes(topic);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("topic: " + e.getMessage(), e);
        }
    }

    Policy toPolicy() {
        Policy made = switch (policy) {
            case BLOCK -> Policy.block();
            case SPILL -> Policy.spill();
            case DROP_OLDEST -> Policy.dropOldest();
        };
        made = made.withMemoryBytes(memory.bytes());
        made = disk == null ? made : made.withDiskBytes(disk.bytes());
        return patience == null ? made : made.withPatience(patience);
    }
}
