package dev.tocsin.fabric;

import java.util.Objects;
import java.util.UUID;

/**
 * One published message. The payload is a value as {@code broker-bin-v1}; routing does not look into it, and nobody may
 * change it.
 *
 * @param topic see {@link Topics} for what a topic is
 */
@SuppressWarnings("ArrayRecordComponent")
public record Message(String topic, UUID origin, long sequence, long ordinal, byte[] payload) implements Routed {
    public static final int PAYLOAD_BYTES_MAX = 32 << 20;

    private static final int OVERHEAD_BYTES = 96;

    public Message {
        Objects.requireNonNull(topic);
        Objects.requireNonNull(origin);
        Objects.requireNonNull(payload);
    }

    @Override
    public int weightBytes() {
        return weightBytes(topic, payload);
    }

    static int weightBytes(String topic, byte[] payload) {
        return OVERHEAD_BYTES + payload.length + topic.length();
    }

    @Override
    public String toString() {
        return topic + " " + origin + "/" + sequence + " (" + payload.length + " bytes)";
    }
}
