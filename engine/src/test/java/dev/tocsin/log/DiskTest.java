package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.event.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk's ceiling, and deletion by watermark. */
class DiskTest {
    @TempDir
    Path directory;

    @Test
    void atTheCeilingIntakeWaitsAndGoesOnWhenThereIsRoomAgain() throws Exception {
        LogConfig shared = SharedBroker.config(SharedBroker.newPrefix());
        LogConfig small = new LogConfig(shared.bootstrapServers(), new Endpoint("127.0.0.1", 0), 2, 1,
                shared.topicPrefix(), ByteSize.parse("1MiB"), ByteSize.parse("1KiB"), ByteSize.parse("1GiB"), true,
                Map.of());
        try (DurableLog log = DurableLog.open(directory, small, "node", List.of())) {
            log.appender().append(Events.range(0, 1), List.of(), Map.of()).join();
            Path ballast = Files.write(directory.resolve("ballast"), new byte[2 << 20]);
            await().atMost(Duration.ofSeconds(60)).until(() -> log.appender().refuses());
            assertThat(log.trouble()).contains("log.disk_max").contains("nothing is purged");
            CompletableFuture<Void> waiting = log.appender().append(Events.range(1, 2), List.of(), Map.of());
            await().during(Duration.ofMillis(300)).until(() -> !waiting.isDone());
            Files.delete(ballast);
            await().atMost(Duration.ofSeconds(60)).until(waiting::isDone);
            assertThat(waiting).isCompleted();
            assertThat(log.trouble()).isEmpty();
        }
    }

    @Test
    void onlyWhatEveryReaderHandledIsDeletedThoseOfOtherNodesIncluded() throws Exception {
        String prefix = SharedBroker.newPrefix();
        Stage done = new Stage() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                events.forEach(out::done);
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of());
                var admin = SharedBroker.clients().admin()) {
            StageLoop fast = log.run(new StageSpec("fast", List.of(Stream.INTAKE), 1, false, _ -> done));
            StageLoop slow = log.run(new StageSpec("slow", List.of(Stream.INTAKE), 1, false, _ -> done));
            log.appender().append(Events.range(0, 500), List.of(), Map.of()).join();
            await().atMost(Duration.ofSeconds(60)).until(() -> slow.status().in() == 500);
            slow.pause();
            await().atMost(Duration.ofSeconds(60)).until(() -> slow.status().state().equals("paused"));
            log.appender().append(Events.range(500, 1000), List.of(), Map.of()).join();
            await().atMost(Duration.ofSeconds(60)).until(() -> fast.status().in() == 1000);

            Housekeeping strict = new Housekeeping(admin, new Topics(prefix, 2), false, 0);
            strict.trim(Map.of("intake", Set.of("fast", "slow", "never-ran")));
            assertThat(StageLoopTest.read(prefix, Stream.INTAKE)).hasSize(1000);
            strict.want(Stream.INTAKE, 1 << 30, _ -> OptionalLong.of(0));
            strict.trim(Map.of("intake", Set.of("fast", "slow")));
            assertThat(StageLoopTest.read(prefix, Stream.INTAKE)).as("somebody still wants it").hasSize(1000);
            strict.want(Stream.INTAKE, 0, _ -> OptionalLong.of(0));
            strict.trim(Map.of("intake", Set.of("fast", "slow")));
            List<Event> left = new ArrayList<>(StageLoopTest.read(prefix, Stream.INTAKE));
            assertThat(left).containsExactlyInAnyOrderElementsOf(Events.range(500, 1000));
            new Housekeeping(admin, new Topics(prefix, 2), true, 0).trim(Map.of("intake", Set.of("fast")));
            assertThat(StageLoopTest.read(prefix, Stream.INTAKE)).hasSize(500);
            slow.resume();
            await().atMost(Duration.ofSeconds(60)).until(() -> slow.status().in() == 1000);
        }
    }
}
