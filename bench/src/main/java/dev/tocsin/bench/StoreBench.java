package dev.tocsin.bench;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.store.Answer;
import dev.tocsin.fabric.store.Mutation;
import dev.tocsin.fabric.store.Store;
import dev.tocsin.fabric.store.StoreClient;
import dev.tocsin.fabric.store.StoreNode;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Operations per second of a store on each backend, in turns in one run: mutations pipelined through a client, increments of
 * one key, put_unique waiting for each, and looks into the copy. Each backend's limit stands beside it: what its disk, or the
 * broker's, takes with the same number of waits for it cannot be exceeded by those that wait for each.
 *
 * <p>A real Broker on another machine of this kind: put pipelined 22,000/s, get at a clone 23,000/s, put_unique through a
 * clone 398/s.
 *
 * <p>Arguments: operations per round (default 50000), rounds (default 3).
 */
public final class StoreBench {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int WAITED = 300;

    private StoreBench() {
    }

    private record Backend(String name, StoreNode node) {
    }

    public static void main(String[] arguments) throws Exception {
        int operations = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path directory = Files.createTempDirectory("tocsin-store-bench");
        LogConfig config = new LogConfig(null, new Endpoint("127.0.0.1", 0), 2, 1, "", ByteSize.parse("20GiB"), ByteSize
                .parse("1MiB"), ByteSize.parse("2GiB"), true, Map.of());
        try (Hub hub = new Hub("bench", directory.resolve("spill"));
                DurableLog log = DurableLog.open(directory.resolve("log"), config, "bench", List.of())) {
            StoreNode.Settings memory = StoreNode.Settings.MEMORY;
            List<Backend> backends = List.of(new Backend("memory", StoreNode.local(hub, "memory", memory)), new Backend(
                    "SQLite", StoreNode.local(hub, "sqlite", memory.in(directory.resolve("local.db")))),
                    new Backend(
                            "replicated, in memory", StoreNode.replicated(hub, "r1", log.storeLog("r1", memory.lease()),
                                    memory)),
                    new Backend("replicated, SQLite", StoreNode.replicated(hub, "r2", log
                            .storeLog("r2", memory.lease()), memory.in(directory.resolve("r2.db")))));
            System.out.printf(Locale.ROOT, "%d operations, median of %d rounds, JDK %s, %d processors%n", operations,
                    rounds, Runtime.version(), Runtime.getRuntime().availableProcessors());
            System.out.printf("%-22s %12s %12s %16s %12s   (per second)%n", "backend", "put", "increment",
                    "put_unique, each", "peek");
            for (Backend backend : backends) {
                measure(hub, backend, operations, rounds);
            }
            backends.forEach(b -> b.node.close());
        } finally {
            delete(directory);
        }
    }

    private static void measure(Hub hub, Backend backend, int operations, int rounds) {
        double[][] rates = new double[4][rounds];
        try (StoreClient client = new StoreClient(hub, backend.node.name())) {
            for (int round = -1; round < rounds; round++) {
                int salt = round;
                double[] now = {rate(operations, () -> pipelined(client, operations, false)), rate(operations,
                        () -> pipelined(client, operations, true)), rate(WAITED, () -> {
                            for (int i = 0; i < WAITED; i++) {
                                client.putUnique(Value.of("u" + salt + "-" + i), Value.NONE, PATIENCE).join();
                            }
                        }), rate(operations, () -> {
                            for (int i = 0; i < operations; i++) {
                                backend.node.peek(Value.count(i)).orElseThrow();
                            }
                        })};
                for (int i = 0; i < now.length && round >= 0; i++) {
                    rates[i][round] = now[i];
                }
            }
        }
        double[] medians = Arrays.stream(rates).mapToDouble(r -> {
            Arrays.sort(r);
            return r[r.length / 2];
        }).toArray();
        System.out.printf(Locale.ROOT, "%-22s %,12.0f %,12.0f %,16.0f %,12.0f%n", backend.name, medians[0], medians[1],
                medians[2], medians[3]);
    }

    private static void pipelined(Store store, int operations, boolean isIncrement) {
        CompletableFuture<?>[] all = new CompletableFuture<?>[operations];
        for (int i = 0; i < operations; i++) {
            CompletableFuture<Answer> done = isIncrement
                    ? store.mutate(Mutation.increment(Value.of("n"), Value.count(1)), PATIENCE)
                    : store.put(Value.count(i), Value.of("0123456789abcdef0123456789abcdef"), PATIENCE);
            all[i] = done;
        }
        CompletableFuture.allOf(all).join();
    }

    private static double rate(int operations, Runnable work) {
        long started = System.nanoTime();
        work.run();
        return operations * 1e9 / (System.nanoTime() - started);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
        }
    }
}
