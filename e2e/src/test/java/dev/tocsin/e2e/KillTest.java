package dev.tocsin.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DESIGN 6.1: kill -9 at random moments, starts included, loses and doubles nothing. */
class KillTest {
    private static final int KILLS = Integer.getInteger("tocsin.kills", 6);
    private static final long SEED = Long.getLong("tocsin.seed", 20261121L);

    @TempDir
    Path directory;

    @Test
    void killedAtRandomUnderLoadNothingIsLostOrDoubled() throws Exception {
        Random random = new Random(SEED);
        Outcome.writeRule(directory);
        try (NodeProcess node = new NodeProcess(directory, directory.resolve("data"), Outcome.CONFIG)) {
            System.out.println("first start to ready: " + node.start().toMillis() + " ms");
            HecLoad load = new HecLoad(node.hec, 2_000);
            Thread sender = Thread.ofVirtual().start(load);
            for (int i = 0; i < KILLS; i++) {
                // One kill in three comes while the node is still starting.
                boolean early = i > 0 && random.nextInt(3) == 0;
                TimeUnit.MILLISECONDS.sleep(early ? random.nextInt(2_500) : 1_500 + random.nextInt(3_000));
                node.kill9();
                long began = System.nanoTime();
                node.launch();
                if (random.nextInt(3) > 0 || i == KILLS - 1) {
                    node.awaitReady();
                    System.out.println("kill " + (i + 1) + ": ready again after "
                            + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms, acknowledged "
                            + load.acknowledgedCount());
                }
            }
            TimeUnit.SECONDS.sleep(2);
            load.finish();
            sender.join(Duration.ofSeconds(240));
            System.out.println(KILLS + " kills (seed " + SEED + "): " + Outcome.check(node, directory, load));
            node.stop();
        }
    }
}
