package dev.tocsin.fabric;

/**
 * How a subscription wants to get its messages.
 *
 * @param echo whether it also gets what its own client publishes
 */
public record Delivery(Policy policy, boolean echo) {
    public static final Delivery DEFAULT = new Delivery(Policy.spill(), false);

    public Delivery with(Policy other) {
        return new Delivery(other, echo);
    }

    public Delivery withEcho() {
        return new Delivery(policy, true);
    }
}
