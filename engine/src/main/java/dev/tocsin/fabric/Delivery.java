package dev.tocsin.fabric;

/**
 * How a subscription wants to get its messages.
 *
 * @param policies what happens when it is slower than those who publish, by topic
 * @param echo whether it also gets what its own client publishes
 */
public record Delivery(Policies policies, boolean echo) {
    public static final Delivery DEFAULT = new Delivery(Policies.DEFAULT, false);

    /** The same policy for all topics. */
    public Delivery with(Policy other) {
        return with(Policies.of(other));
    }

    public Delivery with(Policies other) {
        return new Delivery(other, echo);
    }

    public Delivery withEcho() {
        return new Delivery(policies, true);
    }
}
