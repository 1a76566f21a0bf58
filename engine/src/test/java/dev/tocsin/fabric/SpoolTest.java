package dev.tocsin.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    @TempDir
    private Path directory;

    private static Routed some(Random random, long number) {
        UUID origin = new UUID(1, random.nextInt(3));
        String topic = "topic/" + "x".repeat(random.nextInt(40));
        if (random.nextInt(20) == 0) {
            return new Gap(topic, origin, number, number, random.nextLong(1, 100));
        }
        byte[] payload = new byte[random.nextInt(100) == 0 ? random.nextInt(300_000) : random.nextInt(200)];
        random.nextBytes(payload);
        return new Message(topic, origin, number, number, payload);
    }

    private static boolean isEqual(Routed a, Routed b) {
        return a instanceof Message x && b instanceof Message y
                ? x.topic().equals(y.topic()) && x.origin().equals(y.origin()) && x.sequence() == y.sequence()
                        && Arrays.equals(x.payload(), y.payload())
                : a.equals(b);
    }

    @Test
    void itIsAQueueHoweverWritingAndReadingAreMixed() throws Exception {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            Spool spool = new Spool(directory, "s" + seed);
            ArrayDeque<Routed> model = new ArrayDeque<>();
            for (int i = 0; i < 30_000; i++) {
                if (random.nextInt(100) < (i / 5_000 % 2 == 0 ? 70 : 35)) {
                    Routed routed = some(random, i);
                    spool.add(routed);
                    model.add(routed);
                } else {
                    Routed wanted = model.poll();
                    Routed got = spool.next();
                    assertThat(got == null ? wanted == null : wanted != null && isEqual(got, wanted)).as("seed " + seed
                            + ", step " + i).isTrue();
                }
                assertThat(spool.count()).isEqualTo(model.size());
            }
            while (!model.isEmpty()) {
                assertThat(isEqual(java.util.Objects.requireNonNull(spool.next()), model.poll())).isTrue();
            }
            assertThat(spool.bytes()).isZero();
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aDiskThatTakesNothingLosesNothing() throws Exception {
        Path file = Files.createFile(directory.resolve("no-directory"));
        Spool spool = new Spool(file, "s");
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            spool.add(some(random, i));
        }
        assertThat(spool.isStuck(100_000)).isTrue();
        assertThat(spool.isStuck(1L << 30)).isFalse();
        assertThat(spool.failure()).contains("no-directory");
        for (int i = 0; i < 1_000; i++) {
            assertThat(java.util.Objects.requireNonNull(spool.next()).sequence()).isEqualTo(i);
        }
        Files.delete(file);
        for (int i = 2_000; i < 4_000; i++) {
            spool.add(some(random, i));
        }
        for (int i = 1_000; i < 4_000; i++) {
            assertThat(java.util.Objects.requireNonNull(spool.next()).sequence()).isEqualTo(i);
        }
        assertThat(spool.next()).isNull();
    }
}
