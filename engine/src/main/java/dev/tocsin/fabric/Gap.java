package dev.tocsin.fabric;

import java.util.UUID;

/**
 * Stands where messages are missing that should have come: as many of this origin and topic, the last of which had this
 * sequence and ordinal. What comes after it in the same topic is complete again.
 *
 * @param origin {@link #MANY} when the messages were of too many topics to name each; then the topic is empty
 * @param count how many are missing
 */
public record Gap(String topic, UUID origin, long sequence, long ordinal, long count) implements Routed {
    /** Stands for more origins and topics than are remembered one by one. */
    public static final UUID MANY = new UUID(0, 0);

    private static final int WEIGHT_BYTES = 96;

    static Gap many(long count) {
        return new Gap("", MANY, 0, 0, count);
    }

    /** Whether it says which topic is affected. */
    public boolean isNamed() {
        return !origin.equals(MANY);
    }

    @Override
    public int weightBytes() {
        return WEIGHT_BYTES;
    }
}
