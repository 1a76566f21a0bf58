package dev.tocsin.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads compacted partitions from their beginning to their end. */
final class Restore {
    private Restore() {
    }

    /** What one reader does with each record. */
    interface Each {
        void record(ConsumerRecord<String, byte[]> record);
    }

    /** All at once, so that one partition is fetched while another is read. */
    static void into(Map<TopicPartition, ChangelogState> states, KafkaClients clients) {
        if (states.isEmpty()) {
            return;
        }
        try (Consumer<String, byte[]> reader = clients.freeReader()) {
            readAll(clients, reader, List.copyOf(states.keySet()), r -> {
                ChangelogState state = states.get(new TopicPartition(r.topic(), r.partition()));
                if (state != null) {
                    state.restore(r.key(), r.value());
                }
            });
        }
    }

    /**
     * Reads everything that any writer has been told is committed; the reader stands behind it afterwards. A commit is
     * acknowledged before its marks are in every partition, so the end is taken without regard to them, and the reader
     * of committed records waits until it gets there.
     */
    static void readAll(KafkaClients clients, Consumer<String, byte[]> reader, List<TopicPartition> partitions,
            Each each) {
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        Map<TopicPartition, Long> end = clients.ends(partitions);
        while (!isAt(reader, end)) {
            for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                each.record(record);
            }
        }
    }

    static boolean isAt(Consumer<String, byte[]> reader, Map<TopicPartition, Long> end) {
        return end.entrySet().stream().allMatch(e -> reader.position(e.getKey()) >= e.getValue());
    }
}
