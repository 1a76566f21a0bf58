package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durable means durable: what was acknowledged is there after the power was cut, with the default configuration. */
class PowerCutTest {
    private static final int CUTS = Integer.getInteger("tocsin.cuts", 3);
    /** Shows that this test can fail: {@code -Dtocsin.unsafe=true} acknowledges without fsync. */
    private static final boolean UNSAFE = Boolean.getBoolean("tocsin.unsafe");
    private static final long SEED = Long.getLong("tocsin.seed", 20261121L);

    @TempDir
    Path directory;

    @Test
    void acknowledgedEventsSurviveThePowerCut() throws Throwable {
        String impossible = PowerCut.impossible();
        if (!impossible.isEmpty()) {
            assertThat(System.getenv("CI")).as("CI must run this: " + impossible).isNotEqualTo("true");
            abort(impossible);
        }
        Random random = new Random(SEED);
        Outcome.writeRule(directory);
        try (PowerCut disk = new PowerCut(directory, 3_000)) {
            // The sinks' files are on the same disk: they, too, must be whole afterwards.
            String config = Outcome.CONFIG.replace("${dir}/out", disk.mountPoint() + "/out")
                    + (UNSAFE ? "log: {fsync: false}\n" : "");
            try (NodeProcess node = new NodeProcess(directory, disk.mountPoint().resolve("data"), config)) {
                node.start();
                HecLoad load = new HecLoad(node.hec, 2_000);
                Thread sender = Thread.ofVirtual().start(load);
                for (int i = 0; i < CUTS; i++) {
                    TimeUnit.MILLISECONDS.sleep(2_000 + random.nextInt(3_000));
                    int before = load.acknowledgedCount();
                    disk.cut(node);
                    node.start();
                    System.out.println("power cut " + (i + 1) + " after " + before + " acknowledged events");
                }
                TimeUnit.SECONDS.sleep(1);
                load.finish();
                sender.join(Duration.ofSeconds(240));
                System.out.println(
                        CUTS + " power cuts (seed " + SEED + "): " + Outcome.check(node, disk.mountPoint(), load));
                node.stop();
            }
        }
    }
}
