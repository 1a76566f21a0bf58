package dev.tocsin.fabric.peer;

import static dev.tocsin.fabric.Collecting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.fabric.Collecting;
import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Policy;
import dev.tocsin.fabric.Routed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Five nodes that all publish, over wires that are cut and healed at random, at any byte. The seed decides the graph, who
 * subscribes, and the cuts; the threads are real. In the first test everything is kept and must arrive; in the second,
 * queues are tiny and absent peers soon given up, and what did not arrive must have been announced, to the message.
 *
 * <p>{@code -Dtocsin.sim.seeds=200} runs more worlds, {@code -Dtocsin.sim.first=17} begins at another.
 */
class FabricSim {
    private static final int MESSAGES = 600;
    private static final List<String> TOPICS = List.of("t/a", "t/b", "t/bc");
    private static final int[][] CHAIN = {{0, 1}, {1, 2}, {2, 3}, {3, 4}};
    private static final int[][] RING = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}};
    private static final int[][] TRIANGLE = {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 4}};
    private static final Map<String, int[][]> GRAPHS = new TreeMap<>(Map.of("chain", CHAIN, "ring", RING, "triangle",
            TRIANGLE));

    @TempDir
    private Path directory;

    static Stream<Long> seeds() {
        long first = Long.getLong("tocsin.sim.first", 1);
        return LongStream.range(first, first + Long.getLong("tocsin.sim.seeds", 10)).boxed();
    }

    private record World(long seed, String graph, Wires wires, List<TestNode> nodes, Map<TestNode, Collecting> got)
            implements
                AutoCloseable {
        int[][] links() {
            return GRAPHS.get(graph);
        }

        @Override
        public void close() {
            nodes.forEach(TestNode::close);
        }
    }

    private World world(Random random, long seed, PeerSettings settings) throws Exception {
        List<String> names = List.copyOf(GRAPHS.keySet());
        Wires wires = new Wires();
        World world = new World(seed, names.get((int) (seed % names.size())), wires, new ArrayList<>(),
                new HashMap<>());
        for (int i = 0; i < 5; i++) {
            world.nodes.add(new TestNode("n" + i, wires, directory, settings, Duration.ofMillis(200)));
        }
        for (int[] link : world.links()) {
            boolean forth = random.nextBoolean();
            world.nodes.get(link[forth ? 0 : 1]).peers.peer(Wires.of("n" + link[forth ? 1 : 0]));
        }
        for (TestNode node : world.nodes) {
            if (random.nextInt(5) > 0 || node == world.nodes.getFirst() || node == world.nodes.getLast()) {
                Collecting mine = new Collecting();
                world.got.put(node, mine);
                node.hub.subscribe(List.of("t/"), mine);
            }
        }
        settle(world);
        return world;
    }

    /** Waits until everybody reaches everybody, on all links. */
    private static void settle(World world) {
        for (TestNode node : world.nodes) {
            eventually(() -> node.peers.endpoints().size() == 4, () -> world + ": " + node.name + " reaches only "
                    + node.peers.endpoints());
        }
        for (int[] link : world.links()) {
            for (int side = 0; side < 2; side++) {
                TestNode from = world.nodes.get(link[side]);
                TestNode to = world.nodes.get(link[1 - side]);
                eventually(() -> from.isWanted(to.name, "t/"), () -> world + ": " + from.name + " does not know that "
                        + to.name + " wants anything");
            }
        }
    }

    /** Everybody publishes while wires are cut and healed; at the end all are whole. */
    private static void storm(World world, Random random) throws Exception {
        List<Thread> publishers = new ArrayList<>();
        for (TestNode node : world.nodes) {
            long pause = random.nextLong(20_000, 200_000);
            publishers.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < MESSAGES; i++) {
                    node.publish(TOPICS.get(i % TOPICS.size()), node.name + " " + i);
                    LockSupport.parkNanos(pause);
                }
            }));
        }
        while (publishers.stream().anyMatch(Thread::isAlive)) {
            int[] link = world.links()[random.nextInt(world.links().length)];
            world.wires.cut("n" + link[0], "n" + link[1]);
            LockSupport.parkNanos(random.nextLong(1_000_000, 30_000_000));
            if (random.nextInt(3) > 0) {
                world.wires.heal("n" + link[0], "n" + link[1]);
                LockSupport.parkNanos(random.nextLong(1_000_000, 150_000_000));
            }
        }
        for (Thread each : publishers) {
            each.join();
        }
        for (int[] link : world.links()) {
            world.wires.heal("n" + link[0], "n" + link[1]);
        }
    }

    private static long ordinalOf(TestNode node, Collecting got, String topic) {
        long last = 0;
        for (Routed each : got.got) {
            last = each.origin().equals(node.hub.id()) && each.topic().equals(topic) ? each.ordinal() : last;
        }
        return last;
    }

    /**
     * Each receiver has for each origin and topic every ordinal once, in order: as a message, or within a gap.
     *
     * @param whole whether it must begin with the first that was published
     */
    private static long check(World world, TestNode node, Collecting got, boolean whole) {
        long missing = 0;
        Map<String, Long> last = new HashMap<>();
        Map<UUID, TestNode> origins = new HashMap<>();
        world.nodes.forEach(n -> origins.put(n.hub.id(), n));
        for (Routed each : got.got) {
            String where = world.graph + " seed " + world.seed + ", " + node.name + " from " + each;
            assertThat(origins).as(where).containsKey(each.origin());
            assertThat(each.origin()).as(where).isNotEqualTo(node.hub.id());
            String key = each.origin() + each.topic();
            long before = last.getOrDefault(key, 0L);
            switch (each) {
                case Message message -> {
                    // A topic begins for a receiver with the first that comes: what it was cut off from before that
                    // cannot be told from what was published before it was there.
                    assertThat(message.ordinal()).as(where).isEqualTo(whole || last.containsKey(key)
                            ? before + 1
                            : message.ordinal());
                    String text = new String(message.payload(), StandardCharsets.UTF_8);
                    assertThat(text).as(where).startsWith(origins.get(each.origin()).name);
                }
                case Gap gap -> {
                    assertThat(gap.count()).as(where).isPositive();
                    if (last.containsKey(key)) {
                        assertThat(gap.count()).as(where).isEqualTo(gap.ordinal() - before);
                    }
                    missing += gap.count();
                }
            }
            last.put(key, each.ordinal());
        }
        return missing;
    }

    private static String told(World world) {
        StringBuilder all = new StringBuilder();
        world.nodes.forEach(n -> all.append("\n").append(n.name).append(' ').append(n.hub.figures()).append(' ').append(
                n.peers.status()));
        return all.toString();
    }

    private static void awaitOrdinal(World world, long ordinal) {
        world.got.forEach((node, got) -> {
            for (TestNode origin : world.nodes) {
                for (String topic : TOPICS) {
                    eventually(() -> origin == node || ordinalOf(origin, got, topic) >= ordinal, () -> world.graph
                            + " seed " + world.seed + ": " + node.name + " has " + topic + " of " + origin.name
                            + " only up to " + ordinalOf(origin, got, topic) + told(world));
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsKeptArrivesOnceAndInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        try (World world = world(random, seed, TestNode.SETTINGS.withPolicy("", Policy.spill().withMemoryBytes(
                5_000)))) {
            storm(world, random);
            awaitOrdinal(world, MESSAGES / TOPICS.size());
            world.got.forEach((node, got) -> assertThat(check(world, node, got, true)).as(world.graph + " seed " + seed)
                    .isZero());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsNotKeptIsAnnouncedToTheMessage(long seed) throws Exception {
        Random random = new Random(seed);
        try (World world = world(random, seed, TestNode.SETTINGS.withPolicy("", Policy.dropOldest().withMemoryBytes(
                1_000)).withRetention(Duration.ofMillis(random.nextInt(5, 60))))) {
            storm(world, random);
            settle(world);
            for (TestNode node : world.nodes) {
                TOPICS.forEach(t -> node.publish(t, node.name + " last"));
            }
            awaitOrdinal(world, MESSAGES / TOPICS.size() + 1);
            world.got.forEach((node, got) -> check(world, node, got, false));
        }
    }
}
