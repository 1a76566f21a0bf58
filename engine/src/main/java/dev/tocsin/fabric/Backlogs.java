package dev.tocsin.fabric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What waits for one receiver, with a {@link Backlog} for each policy: topics of different policies do not wait for each
 * other. Those of one policy share one. Thread-safe but for {@link #take}, which is for one thread at a time.
 */
public final class Backlogs implements AutoCloseable {
    private final List<Map.Entry<byte[], Backlog>> byPrefix = new ArrayList<>();
    private final List<Backlog> all;
    private int turn;

    /**
     * @param label of the receiver, for names of files and for people
     * @param doorbell of the thread that takes
     */
    public Backlogs(Hub hub, Policies policies, String label, Doorbell doorbell) {
        Map<Policy, Backlog> byPolicy = new LinkedHashMap<>();
        policies.longestFirst().forEach(each -> byPrefix.add(Map.entry(each.getKey(),
                byPolicy.computeIfAbsent(each.getValue(), p -> hub.backlog(p, label, doorbell)))));
        all = List.copyOf(byPolicy.values());
    }

    /** Where messages of the topic wait. */
    public Backlog of(String topic) {
        if (all.size() > 1) {
            byte[] bytes = Topics.bytes(topic);
            for (Map.Entry<byte[], Backlog> each : byPrefix) {
                if (Topics.isPrefix(each.getKey(), bytes)) {
                    return each.getValue();
                }
            }
        }
        return all.getLast();
    }

    /** One for each policy. */
    public List<Backlog> all() {
        return all;
    }

    public boolean isEmpty() {
        for (Backlog each : all) {
            if (!each.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes the oldest of each, in turns, so that none waits for another.
     *
     * @param most of each; also bounded by about 256 KB
     * @return whether something was taken
     */
    public boolean take(List<Routed> into, int most) {
        boolean taken = false;
        for (int i = 0; i < all.size(); i++) {
            taken |= all.get((turn + i) % all.size()).take(into, most);
        }
        turn = (turn + 1) % all.size();
        return taken;
    }

    /** Of all together. */
    public Backlog.Figures figures() {
        Backlog.Figures sum = new Backlog.Figures(0, 0, 0, 0, 0, 0);
        for (Backlog each : all) {
            sum = sum.plus(each.figures());
        }
        return sum;
    }

    /** Throws away what waits. */
    @Override
    public void close() {
        all.forEach(Backlog::close);
    }
}
