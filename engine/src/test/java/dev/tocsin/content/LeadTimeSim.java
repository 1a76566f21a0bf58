package dev.tocsin.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rule of a large set changes in a watched directory, again and again, and goes live. Tells how long that takes; {@code
 * -Dtocsin.content.changes=100} for more of it, {@code -Dtocsin.content.rules=DIR} for the public rule set.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LeadTimeSim {
    private static final int CHANGES = Integer.getInteger("tocsin.content.changes", 5);
    private static final int RULES = Integer.getInteger("tocsin.content.made", 300);

    @TempDir
    Path directory;

    @Test
    void eachChangeIsInForceAndOnlyItIsTestedAgain() throws IOException {
        Path rules = Files.createDirectories(directory.resolve("rules"));
        String from = System.getProperty("tocsin.content.rules", "");
        if (from.isEmpty()) {
            for (int i = 0; i < RULES; i++) {
                Files.writeString(rules.resolve("r" + i + ".yml"), ContentKit.rule(1000 + i, "word" + i));
            }
        } else {
            copy(Path.of(from), rules);
        }
        Random random = new Random(7);
        List<Long> millis = new ArrayList<>();
        try (ContentKit kit = new ContentKit(directory.resolve("nodes"))) {
            ContentKit.Node node = kit.node("n1").started();
            ContentFeed feed = new ContentFeed(node.desk, new DirectoryFeedConfig(rules, Duration.ofSeconds(1), true,
                    List.of("*")));
            feed.start();
            await().atMost(Duration.ofMinutes(3)).until(() -> node.exchanged.size() == 1);
            int all = node.exchanged.getFirst().ruleset().rules().size();
            for (int i = 0; i < CHANGES; i++) {
                Path file = rules.resolve("new" + random.nextInt(3) + ".yml");
                String word = "changed" + i;
                Path temporary = Files.writeString(directory.resolve("temporary"), ContentKit.rule(5, word));
                Files.writeString(directory.resolve("t2"), ContentKit.tests(word, "other"));
                int before = node.exchanged.size();
                for (int n = 0; n < 3; n++) {
                    Files.deleteIfExists(rules.resolve("new" + n + ".yml"));
                    Files.deleteIfExists(rules.resolve("new" + n + ".test.yml"));
                }
                Files.move(directory.resolve("t2"), Path.of(file.toString().replace(".yml", ".test.yml")));
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                long begun = System.nanoTime();
                await().atMost(Duration.ofMinutes(3)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5))
                        .until(() -> node.exchanged.size() > before);
                millis.add((System.nanoTime() - begun) / 1_000_000);
                assertThat(node.exchanged.getLast().ruleset().rules()).hasSize(all + 1);
                await().atMost(Duration.ofMinutes(1)).until(() -> node.commit().equals(node.exchanged.getLast()
                        .ruleset().content()));
            }
            feed.close();
            millis.sort(null);
            System.out.printf("%d rules, %d changes: p50 %d ms, p99 %d ms, max %d ms%n", all, CHANGES, millis.get(millis
                    .size() / 2), millis.get(Math.min(millis.size() - 1, millis.size() * 99 / 100)), millis.getLast());
            node.metrics.text().lines().filter(l -> l.matches("tocsin_content_lead.*(_sum|_count|_max).*")).forEach(
                    System.out::println);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}
