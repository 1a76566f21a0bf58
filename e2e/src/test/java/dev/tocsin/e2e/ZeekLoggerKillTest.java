package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogConfig;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two nodes are the loggers of a Zeek cluster; one at random is killed, at random moments. Whatever a node has counted as
 * durable is in its intake, and no record is anywhere twice. ZeroMQ acknowledges nothing, so what was on its way into the
 * process that was killed is gone: it is named here, batch by batch, and must have been sent around the kill.
 */
class ZeekLoggerKillTest {
    private static final int KILLS = Integer.getInteger("tocsin.kills", 1);
    private static final int PER_SECOND = Integer.getInteger("tocsin.rate", 20_000);
    private static final long SEED = Long.getLong("tocsin.seed", 20261121L);
    private static final byte[] MARK = "\\\"n\\\":".getBytes(StandardCharsets.US_ASCII);
    /** What was sent so long before a kill is read by then, or waits at its sender: a few kernels' buffers at this rate. */
    private static final long BEFORE_NANOS = Duration.ofSeconds(20).toNanos();
    /** How long senders may not have noticed. */
    private static final long AFTER_NANOS = Duration.ofSeconds(10).toNanos();
    private static final String CONFIG = """
            sources:
              zeek:
                type: zeek
                listen: 127.0.0.1:${syslog}
            """;

    @TempDir
    Path directory;

    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<Long> kills = new ArrayList<>();
    /** For each node and epoch what it had said to be durable when it was last asked. */
    private final Map<String, Long> said = new TreeMap<>();

    @Test
    void oneOfTwoLoggersIsKilledUnderFullLoad() throws Exception {
        Random random = new Random(SEED);
        try (NodeProcess one = node("node1");
                NodeProcess two = node("node2");
                ZeekWorkers workers = new ZeekWorkers(PER_SECOND, one.syslog, two.syslog)) {
            nodes.addAll(List.of(one, two));
            one.launch();
            two.launch();
            one.awaitReady();
            two.awaitReady();
            workers.start();
            for (int i = 0; i < KILLS; i++) {
                NodeProcess victim = nodes.get(random.nextInt(2));
                listen(2_000 + random.nextInt(2_000));
                victim.kill9();
                kills.add(System.nanoTime());
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(1_500));
                victim.launch();
                victim.awaitReady();
            }
            listen(1_000);
            workers.finish();
            settled();
            one.stop();
            two.stop();
            System.out.println("zeek, " + KILLS + " kills (seed " + SEED + "), offered " + PER_SECOND + "/s: "
                    + check(workers.batches()));
        }
    }

    private NodeProcess node(String name) throws Exception {
        return new NodeProcess(directory.resolve(name), directory.resolve(name).resolve("data"), CONFIG, name,
                "[collector, manager]");
    }

    /** Asks both nodes again and again how much is durable. */
    private void listen(int millis) throws Exception {
        long end = System.nanoTime() + millis * 1_000_000L;
        do {
            durable();
            TimeUnit.MILLISECONDS.sleep(20);
        } while (System.nanoTime() < end);
    }

    private long durable() throws Exception {
        long sum = 0;
        for (NodeProcess node : nodes) {
            JsonNode status = node.get("/api/v1/status");
            long durable = status.path("sources").path(0).path("durable").asLong();
            said.put("node" + (nodes.indexOf(node) + 1) + " epoch " + status.path("epoch").asLong(), durable);
            sum += durable;
        }
        return sum;
    }

    /** Nothing has come for some time, at neither node. */
    private void settled() {
        long[] last = {-1, System.nanoTime()};
        await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(100)).until(() -> {
            long now = durable();
            if (now != last[0]) {
                last[0] = now;
                last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > TimeUnit.SECONDS.toNanos(2);
        });
    }

    private String check(List<ZeekWorkers.Batch> batches) throws Exception {
        int made = batches.size() * ZeekWorkers.PER_BATCH;
        int[] times = new int[made];
        Set<Object> names = new HashSet<>();
        Map<String, Long> found = new TreeMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            String node = "node" + (i + 1);
            try (DurableLog log = DurableLog.open(directory.resolve(node).resolve("data"), LogConfig.embedded(),
                    "local-" + node, List.of())) {
                log.read(Stream.INTAKE, Instant.EPOCH, Instant.now().plus(Duration.ofDays(1)),
                        new StreamReading.Receiver() {
                            @Override
                            public void begin(long records) {
                                // How many there are is found by counting.
                            }

                            @Override
                            public void event(Event event) {
                                times[number(event)]++;
                                names.add(event.id());
                                found.merge(node + " epoch " + event.origin().epoch(), 1L, Long::sum);
                            }
                        });
            }
        }
        int there = (int) Arrays.stream(times).filter(t -> t > 0).count();
        assertThat(Arrays.stream(times).max().orElse(0)).as("a record that is in intake more than once").isEqualTo(1);
        assertThat(names).as("two records under one name").hasSize(there);
        said.forEach((life, durable) -> assertThat(found.getOrDefault(life, 0L)).as("durable in " + life)
                .isGreaterThanOrEqualTo(durable));
        return "made " + made + ", in intake once " + there + " " + found + ", said to be durable " + said
                + missing(batches, times);
    }

    /** Names what is missing. */
    private String missing(List<ZeekWorkers.Batch> batches, int[] times) {
        StringBuilder text = new StringBuilder();
        int dropped = 0;
        int lost = 0;
        for (ZeekWorkers.Batch batch : batches) {
            boolean there = times[batch.first()] > 0;
            for (int n = batch.first(); n < batch.first() + ZeekWorkers.PER_BATCH; n++) {
                assertThat(times[n] > 0).as("a batch is there as a whole or not at all: " + batch).isEqualTo(there);
            }
            if (!batch.taken()) {
                dropped += ZeekWorkers.PER_BATCH;
                assertThat(there).isFalse();
            } else if (!there) {
                lost += ZeekWorkers.PER_BATCH;
                text.append(' ').append(batch.first()).append('@').append(millisFromKill(batch));
                assertThat(kills).as("lost without a kill: " + batch)
                        .anyMatch(kill -> batch.nanos() > kill - BEFORE_NANOS && batch.nanos() < kill + AFTER_NANOS);
            }
        }
        assertThat(lost).as("lost").isLessThanOrEqualTo(KILLS * mostLost());
        return ", dropped by the sender for want of room " + dropped + ", lost with the killed process " + lost
                + (lost == 0 ? "" : ", namely (first record of a batch @ ms from the kill)" + text);
    }

    /** Records in work, and of each sender those read ahead and in the kernels' buffers, which are twice what was asked for. */
    private static int mostLost() {
        int kernels = 2 * (64 + 64) * 1024 * 2 / ZeekWorkers.batch(0).length;
        return (16 + ZeekWorkers.WORKERS * (16 + 8 + kernels)) * ZeekWorkers.PER_BATCH;
    }

    private long millisFromKill(ZeekWorkers.Batch batch) {
        return kills.stream().map(kill -> (batch.nanos() - kill) / 1_000_000).min((a, b) -> Long.compare(Math.abs(a),
                Math.abs(b))).orElse(0L);
    }

    /** The number stands in the original, last. */
    private static int number(Event event) {
        byte[] json = event.json();
        for (int at = json.length - MARK.length; at >= 0; at--) {
            if (Arrays.equals(json, at, at + MARK.length, MARK, 0, MARK.length)) {
                int n = 0;
                for (int i = at + MARK.length; json[i] >= '0' && json[i] <= '9'; i++) {
                    n = n * 10 + json[i] - '0';
                }
                return n;
            }
        }
        throw new IllegalStateException("no number in " + new String(json, StandardCharsets.UTF_8));
    }
}
