package dev.tocsin.fabric.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.fabric.data.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoolTest {
    private final Set<String> dead = new HashSet<>();

    private Pool pool(int nodes) {
        return new Pool(PoolSpec.of("t", NodeType.PROXY), IntStream.rangeClosed(1, nodes).mapToObj(i -> "proxy-" + i)
                .toList(), n -> !dead.contains(n));
    }

    @Test
    void keysAreSharedEvenlyAndOnlyThoseOfWhoLeavesMove() {
        Pool pool = pool(10);
        Map<String, Integer> counts = new HashMap<>();
        List<String> before = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            String node = pool.byKey(Value.of("example_key" + i)).orElseThrow();
            before.add(node);
            counts.merge(node, 1, Integer::sum);
        }
        assertThat(counts).hasSize(10);
        assertThat(counts.values()).allSatisfy(c -> assertThat(c).isBetween(9_500, 10_500));
        dead.add("proxy-4");
        for (int i = 0; i < before.size(); i++) {
            String node = pool.byKey(Value.of("example_key" + i)).orElseThrow();
            if (before.get(i).equals("proxy-4")) {
                assertThat(node).isNotEqualTo("proxy-4");
            } else {
                assertThat(node).isEqualTo(before.get(i));
            }
        }
        dead.clear();
        assertThat(pool.byKey(Value.of("example_key7"))).contains(before.get(7));
    }

    @Test
    void turnsGoRoundThoseThatAreAliveEachByItsName() {
        Pool pool = pool(3);
        assertThat(turn(pool, "a", 4)).containsExactly("proxy-1", "proxy-2", "proxy-3", "proxy-1");
        assertThat(turn(pool, "b", 1)).containsExactly("proxy-1");
        dead.add("proxy-2");
        assertThat(turn(pool, "a", 3)).containsExactly("proxy-3", "proxy-1", "proxy-3");
        dead.addAll(pool.nodes());
        assertThat(pool.inTurn("a")).isEmpty();
        assertThat(pool.byKey(Value.count(1))).isEmpty();
        assertThat(pool(0).inTurn("a")).isEmpty();
    }

    private static List<String> turn(Pool pool, String name, int times) {
        return IntStream.range(0, times).mapToObj(_ -> pool.inTurn(name).orElseThrow()).toList();
    }

    /** As pools.zeek of Zeek 8 does it: by topic, exclusive ones first, the others from where the last one stopped. */
    @Test
    void poolsShareTheNodesAsInZeek() {
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            members.add(new Member("proxy-" + i, NodeType.PROXY, null));
        }
        Pools pools = new Pools(new Layout(members));
        PoolSpec all = PoolSpec.of("zeek/cluster/pool/proxy", NodeType.PROXY);
        PoolSpec own = PoolSpec.of("b/own", NodeType.PROXY).withNodesMax(1).asExclusive();
        PoolSpec two = PoolSpec.of("c/two", NodeType.PROXY).withNodesMax(2);
        PoolSpec three = PoolSpec.of("d/three", NodeType.PROXY).withNodesMax(3);
        Map<PoolSpec, List<String>> shared = pools.share(List.of(all, three, own, two));
        assertThat(shared.get(own)).containsExactly("proxy-1");
        assertThat(shared.get(two)).containsExactly("proxy-2", "proxy-3");
        assertThat(shared.get(three)).containsExactly("proxy-4", "proxy-5", "proxy-2");
        assertThat(shared.get(all)).containsExactlyInAnyOrder("proxy-2", "proxy-3", "proxy-4", "proxy-5");
        assertThat(pools.warnings()).isEmpty();

        Pools greedy = new Pools(new Layout(members));
        Map<PoolSpec, List<String>> left = greedy.share(List.of(all, own.withNodesMax(7)));
        assertThat(left.get(all)).isEmpty();
        assertThat(greedy.warnings()).hasSize(2);
    }
}
