package dev.tocsin.fabric;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A receiver that remembers what it got. */
public final class Collecting implements Receiver {
    public final List<Routed> got = new CopyOnWriteArrayList<>();

    @Override
    public void message(Message message) {
        got.add(message);
    }

    @Override
    public void gap(Gap gap) {
        got.add(gap);
    }

    public List<String> topics() {
        return got.stream().map(Routed::topic).toList();
    }

    public List<Long> ordinals() {
        return got.stream().map(Routed::ordinal).toList();
    }

    public Collecting await(int count) {
        eventually(() -> got.size() >= count, () -> "got " + got.size() + " of " + count);
        return this;
    }

    public static void eventually(BooleanSupplier condition, java.util.function.Supplier<String> otherwise) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(otherwise.get());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }
}
