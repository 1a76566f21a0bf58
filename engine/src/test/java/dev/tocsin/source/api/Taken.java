package dev.tocsin.source.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** What a poller delivered, and the cursor that was accepted last. Can fail before or after it has accepted. */
final class Taken implements Delivery {
    final List<ApiEvent> events = new ArrayList<>();
    final Map<String, Integer> times = new HashMap<>();
    final List<Integer> batches = new ArrayList<>();
    String cursor = "";
    int cursorMax;
    int crashes;
    private Random chance = new Random(0);
    private double crashShare;
    private BooleanSupplier over = () -> false;

    /** The process dies here. */
    static final class Crash extends RuntimeException {
        Crash() {
            super("crash", null, false, false);
        }
    }

    Taken crashing(double share, long seed) {
        crashShare = share;
        chance = new Random(seed);
        return this;
    }

    Taken until(BooleanSupplier isOver) {
        over = isOver;
        return this;
    }

    @Override
    public void deliver(List<ApiEvent> batch, String now) {
        if (chance.nextDouble() < crashShare) {
            crashes++;
            throw new Crash();
        }
        events.addAll(batch);
        batch.forEach(e -> times.merge(e.id(), 1, Integer::sum));
        batches.add(batch.size());
        cursor = now;
        cursorMax = Math.max(cursorMax, now.length());
        if (chance.nextDouble() < crashShare) {
            crashes++;
            throw new Crash();
        }
    }

    @Override
    public boolean isOver() {
        return over.getAsBoolean();
    }

    List<String> repeats() {
        return times.entrySet().stream().filter(e -> e.getValue() > 1).map(Map.Entry::getKey).toList();
    }

    List<Instant> instants() {
        return events.stream().map(ApiEvent::time).toList();
    }
}
