package dev.tocsin.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What a standby sees of the leader. It reads what is not committed, too: a transaction of another writer that was killed
 * hides what comes after it from readers of committed records for a while, and a leader that lives is not to be thought
 * dead for that. Owned by the thread that asks.
 */
final class LeaseWatch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Consumer<String, byte[]> reader;
    private final TopicPartition partition;
    private final String key;
    private final LongSupplier nanos;
    private LeaseRecord last = LeaseRecord.NONE;
    private long since;

    LeaseWatch(KafkaClients clients, TopicPartition partition, String source, LongSupplier nanos) {
        this.reader = clients.uncommittedReader();
        this.partition = partition;
        this.key = LeaseRecord.key(source);
        this.nanos = nanos;
        this.since = nanos.getAsLong();
        reader.assign(List.of(partition));
        reader.seekToBeginning(List.of(partition));
    }

    /** @param lookBack how many of the last records to look at; when there are more, somebody leads until it is silent */
    LeaseWatch(KafkaClients clients, TopicPartition partition, String source, LongSupplier nanos, long lookBack) {
        this(clients, partition, source, nanos);
        List<TopicPartition> one = List.of(partition);
        long from = reader.endOffsets(one).getOrDefault(partition, 0L) - lookBack;
        if (from > reader.beginningOffsets(one).getOrDefault(partition, 0L)) {
            reader.seek(partition, from);
            last = new LeaseRecord(0, "", "", 0, false);
        }
    }

    /** Reads what has come since. */
    void look() {
        Map<TopicPartition, Long> end = reader.endOffsets(List.of(partition));
        long start = System.nanoTime();
        while (!Restore.isAt(reader, end)) {
            for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(100))) {
                if (key.equals(record.key())) {
                    last = LeaseRecord.parse(record.value());
                    since = nanos.getAsLong();
                }
            }
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new LogException(
                        "the log does not answer: what " + partition + " says of the leader cannot be read");
            }
        }
    }

    LeaseRecord last() {
        return last;
    }

    /** How long, by the monotonic clock, nothing was heard of the leader. */
    Duration silence() {
        return Duration.ofNanos(nanos.getAsLong() - since);
    }

    @Override
    public void close() {
        reader.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
