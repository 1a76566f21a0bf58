package dev.tocsin.fabric.cluster;

import dev.tocsin.fabric.data.Rendezvous;
import dev.tocsin.fabric.data.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.LinkedHashMap;
import java.util.Map;

/** Nodes that share work: by key, where a key stays with its node as long as that is alive, or in turn. Thread-safe. */
public final class Pool {
    /** Places in turns that are remembered; those not used for longest begin at the first node again. */
    private static final int TURNS_MAX = 10_000;

    private final PoolSpec spec;
    private final List<String> nodes;
    private final Rendezvous rendezvous;
    private final Predicate<String> alive;
    private final Map<String, Integer> turns = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > TURNS_MAX;
        }
    };

    Pool(PoolSpec spec, List<String> nodes, Predicate<String> alive) {
        this.spec = spec;
        this.nodes = nodes.stream().sorted().toList();
        this.rendezvous = new Rendezvous(nodes);
        this.alive = alive;
    }

    public PoolSpec spec() {
        return spec;
    }

    /** The names of all its nodes, alive or not, in their order. */
    public List<String> nodes() {
        return nodes;
    }

    public List<String> alive() {
        return nodes.stream().filter(alive).toList();
    }

    /** The node of a key among those alive: the same on every node that sees the same ones alive. */
    public Optional<String> byKey(Value key) {
        return rendezvous.choose(key, alive);
    }

    /** The next node alive in the turn of that name, which begins with the first. */
    public Optional<String> inTurn(String turn) {
        synchronized (turns) {
            int start = turns.getOrDefault(turn, 0);
            for (int i = 0; i < nodes.size(); i++) {
                int at = (start + i) % nodes.size();
                if (alive.test(nodes.get(at))) {
                    turns.put(turn, (at + 1) % nodes.size());
                    return Optional.of(nodes.get(at));
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return spec.topic() + nodes;
    }
}
