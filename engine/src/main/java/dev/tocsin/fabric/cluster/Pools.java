package dev.tocsin.fabric.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shares the nodes of a layout among pools as Zeek's pools.zeek does: nodes in the order of their names, pools in that of
 * their topics; exclusive pools take the first ones, the others share the rest, each beginning where the last one stopped.
 */
final class Pools {
    private final Map<NodeType, List<String>> nodes = new EnumMap<>(NodeType.class);
    private final Map<NodeType, Integer> taken = new EnumMap<>(NodeType.class);
    private final Map<NodeType, Integer> next = new EnumMap<>(NodeType.class);
    private final List<String> warnings = new ArrayList<>();

    Pools(Layout layout) {
        for (NodeType type : NodeType.values()) {
            nodes.put(type, layout.members(type).stream().map(Member::name).toList());
            taken.put(type, 0);
        }
    }

    /** The names of the nodes of each pool. */
    Map<PoolSpec, List<String>> share(List<PoolSpec> specs) {
        List<PoolSpec> ordered = specs.stream().sorted(Comparator.comparing(PoolSpec::topic)).toList();
        Map<PoolSpec, List<String>> shared = new LinkedHashMap<>();
        for (PoolSpec spec : ordered) {
            if (spec.exclusive()) {
                shared.put(spec, exclusive(spec));
            }
        }
        next.putAll(taken);
        for (PoolSpec spec : ordered) {
            if (!spec.exclusive()) {
                shared.put(spec, shared(spec));
            }
        }
        return shared;
    }

    /** What could not be done as wanted. */
    List<String> warnings() {
        return warnings;
    }

    private List<String> exclusive(PoolSpec spec) {
        List<String> all = of(spec);
        int from = count(taken, spec);
        int most = spec.nodesMax() == 0 ? all.size() : Math.min(all.size(), from + spec.nodesMax());
        if (spec.nodesMax() > most - from) {
            warnings.add("the pool " + spec.topic() + " wants " + spec.nodesMax() + " " + spec.type().text()
                    + " nodes for itself; " + (most - from) + " are left");
        }
        taken.put(spec.type(), most);
        return all.subList(from, most);
    }

    private List<String> shared(PoolSpec spec) {
        List<String> all = of(spec);
        int first = count(taken, spec);
        int left = all.size() - first;
        int most = spec.nodesMax() == 0 ? left : Math.min(left, spec.nodesMax());
        if (left == 0 && !all.isEmpty()) {
            warnings.add("the pool " + spec.topic() + " has no node: exclusive pools have all of type "
                    + spec.type().text());
        }
        List<String> own = new ArrayList<>();
        int at = count(next, spec);
        for (int i = 0; i < most; i++) {
            own.add(all.get(at));
            at = at + 1 == all.size() ? first : at + 1;
        }
        next.put(spec.type(), at);
        return own;
    }

    private List<String> of(PoolSpec spec) {
        return nodes.getOrDefault(spec.type(), List.of());
    }

    private static int count(Map<NodeType, Integer> counts, PoolSpec spec) {
        return counts.getOrDefault(spec.type(), 0);
    }
}
