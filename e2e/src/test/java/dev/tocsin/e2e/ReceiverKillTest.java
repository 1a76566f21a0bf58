package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogConfig;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a receiver has acknowledged is in {@code intake}, whenever it is killed, under one name each. */
class ReceiverKillTest {
    private static final int KILLS = Integer.getInteger("tocsin.kills", 2);
    private static final int PER_SECOND = Integer.getInteger("tocsin.rate", 20_000);
    private static final long SEED = Long.getLong("tocsin.seed", 20261121L);
    private static final byte[] MARK = "\\\"n\\\":".getBytes(StandardCharsets.US_ASCII);
    /** Only what receives: how fast the rest of the pipeline is does not matter here. */
    private static final String CONFIG = """
            sources:
              hec:
                type: http
                listen: 127.0.0.1:${hec}
              relp:
                type: relp
                listen: 127.0.0.1:${syslog}
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"relp", "hec"})
    void killedUnderFullLoadNoAcknowledgedEventIsLost(String protocol) throws Exception {
        Random random = new Random(SEED);
        Path data = directory.resolve("data");
        try (NodeProcess node = new NodeProcess(directory, data, CONFIG)) {
            node.withRoles("[collector, manager]");
            node.start();
            Load load = protocol.equals("relp")
                    ? new RelpLoad(node.syslog, PER_SECOND)
                    : new HecLoad(node.hec, PER_SECOND, 1000);
            Thread sender = Thread.ofPlatform().start(load);
            long up = 0;
            int acknowledged = 0;
            for (int i = 0; i < KILLS; i++) {
                long ready = System.nanoTime();
                int before = load.acknowledgedCount();
                TimeUnit.MILLISECONDS.sleep(2_000 + random.nextInt(3_000));
                node.kill9();
                up += System.nanoTime() - ready;
                acknowledged += load.acknowledgedCount() - before;
                node.launch();
                node.awaitReady();
            }
            load.finish();
            sender.join(Duration.ofSeconds(240));
            assertThat(sender.isAlive()).as("all acknowledged in the end; " + load.acknowledgedCount() + " of "
                    + load.made()).isFalse();
            node.stop();
            System.out.println(protocol + ", " + KILLS + " kills (seed " + SEED + "), offered " + PER_SECOND
                    + "/s, acknowledged while the node was up "
                    + Math.round(acknowledged / (up / 1e9)) + "/s: " + check(data, load));
        }
    }

    private static String check(Path data, Load load) throws Exception {
        long[] names = new long[load.made()];
        BitSet there = new BitSet();
        int[] doubled = {0};
        int[] again = {0};
        try (DurableLog log = DurableLog.open(data, LogConfig.embedded(), "local-node1", List.of())) {
            log.read(Stream.INTAKE, Instant.EPOCH, Instant.now().plus(Duration.ofDays(1)),
                    new StreamReading.Receiver() {
                        @Override
                        public void begin(long records) {
                            // How many there are is found by counting.
                        }

                        @Override
                        public void event(Event event) {
                            int n = number(event);
                            if (there.get(n)) {
                                again[0]++;
                                doubled[0] += names[n] == event.id().low() ? 0 : 1;
                            }
                            there.set(n);
                            names[n] = event.id().low();
                        }
                    });
        }
        BitSet lost = load.acknowledged();
        lost.andNot(there);
        assertThat(lost.cardinality()).as("acknowledged events lost").isZero();
        assertThat(doubled[0]).as("events under two names").isZero();
        long[] sorted = names.clone();
        Arrays.sort(sorted);
        assertThat(Arrays.stream(sorted).distinct().count()).as("two events under one name").isEqualTo(names.length);
        return "made " + load.made() + ", acknowledged " + load.acknowledgedCount()
                + ", lost 0, under two names 0, sent"
                + " again " + load.resent() + ", in intake twice under one name " + again[0];
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
