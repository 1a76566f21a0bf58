package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.FileRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that lost the end marks of a transaction that it says is complete, as Kafka 4.3.1 can after a kill. */
class EndMarksTest {
    @TempDir
    Path directory;

    /** Without the marks a reader of committed records waits for ever. */
    @Test
    @Timeout(300)
    void whatWasAcknowledgedIsReadAfterItsMarksWereLost() throws Exception {
        try (DurableLog log = DurableLog.open(directory, LogConfig.embedded(), "node", List.of())) {
            log.appender().append(Events.range(0, 20), List.of(), Map.of("cursor", "20")).join();
        }
        int cut = 0;
        try (Stream<Path> partitions = Files.list(directory.resolve("log"))) {
            for (Path partition : partitions
                    .filter(p -> p.getFileName().toString().matches("(intake|control-cursors)-\\d"))
                    .toList()) {
                cut += withoutLastMark(partition) ? 1 : 0;
            }
        }
        assertThat(cut).as("partitions that lost a mark").isGreaterThanOrEqualTo(2);
        Files.deleteIfExists(directory.resolve("log/.kafka_cleanshutdown"));

        try (DurableLog log = DurableLog.open(directory, LogConfig.embedded(), "node", List.of())) {
            assertThat(log.cursors()).containsEntry("cursor", "20");
            assertThat(committed(log.bootstrapServers(), log.partitions())).isEqualTo(20);
            log.appender().append(Events.range(20, 30), List.of(), Map.of("cursor", "30")).join();
            assertThat(log.cursors()).containsEntry("cursor", "30");
            assertThat(committed(log.bootstrapServers(), log.partitions())).isEqualTo(30);
        }
    }

    private static int committed(String servers, int partitions) {
        int[] records = {0};
        KafkaClients clients = new KafkaClients(servers, Map.of());
        try (var reader = clients.freeReader()) {
            List<TopicPartition> all = Stream.iterate(0, i -> i < partitions, i -> i + 1)
                    .map(i -> new TopicPartition("intake", i)).toList();
            Restore.readAll(clients, reader, all, _ -> records[0]++);
        }
        return records[0];
    }

    /** Cuts the file where its last mark begins, as if that had never been written. */
    private static boolean withoutLastMark(Path partition) throws IOException {
        Path file = partition.resolve("00000000000000000000.log");
        long at = -1;
        try (FileRecords records = FileRecords.open(file.toFile(), false)) {
            for (var batch : records.batches()) {
                at = batch.isControlBatch() ? batch.position() : -1;
            }
        }
        if (at < 0) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(at);
        }
        try (Stream<Path> others = Files.list(partition)) {
            for (Path other : others.filter(p -> p.toString().matches(".*\\.(snapshot|index|timeindex|txnindex)"))
                    .toList()) {
                Files.delete(other);
            }
        }
        return true;
    }
}
