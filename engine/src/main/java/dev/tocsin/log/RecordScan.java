package dev.tocsin.log;

import dev.tocsin.event.EventId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is kept of a stream for a period of event time with its places, as quickly as can be: of the envelope only what tells
 * one record from another is read. What was read once can be read again by its places alone. Used by one thread.
 */
public final class RecordScan {
    private final KafkaClients clients;
    private final List<TopicPartition> partitions;

    /** A record. @param millis event time */
    public record Kept(int partition, long offset, EventId id, String customer, long millis, byte[] json) {
    }

    /** A part of a partition. @param end not included */
    public record Range(int partition, long begin, long end) {
    }

    /** Takes the records. Whatever it throws ends the reading. */
    @FunctionalInterface
    public interface Receiver {
        void record(Kept record) throws IOException;
    }

    RecordScan(KafkaClients clients, List<TopicPartition> partitions) {
        this.clients = clients;
        this.partitions = partitions;
    }

    /**
     * Reads what is of that time, up to where the stream ends now.
     *
     * @param ranges what to read of it, each partition once at most; null for all
     */
    public void read(Instant since, Instant until, @Nullable List<Range> ranges, Receiver receiver)
            throws IOException {
        try (Consumer<String, byte[]> reader = clients.freeReader()) {
            Map<TopicPartition, Long> ends = ranges == null ? seek(reader, since) : seek(reader, ranges);
            long from = since.toEpochMilli();
            long to = until.toEpochMilli();
            while (!Restore.isAt(reader, ends)) {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                    TopicPartition tp = new TopicPartition(record.topic(), record.partition());
                    if (record.timestamp() >= from && record.timestamp() < to
                            && record.offset() < ends.getOrDefault(tp, 0L)) {
                        take(record, receiver);
                    }
                }
                List<TopicPartition> read = new ArrayList<>();
                ends.forEach((tp, end) -> {
                    if (reader.position(tp) >= end) {
                        read.add(tp);
                    }
                });
                // Who is done must not keep the others from being fetched.
                reader.pause(read);
            }
        }
    }

    private Map<TopicPartition, Long> seek(Consumer<String, byte[]> reader, Instant since) {
        reader.assign(partitions);
        Map<TopicPartition, Long> ends = clients.ends(partitions);
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(tp -> times.put(tp, Math.max(0, since.toEpochMilli())));
        Map<TopicPartition, OffsetAndTimestamp> found = reader.offsetsForTimes(times);
        for (TopicPartition tp : partitions) {
            OffsetAndTimestamp first = found.get(tp);
            reader.seek(tp, first == null ? ends.getOrDefault(tp, 0L) : first.offset());
        }
        return ends;
    }

    private Map<TopicPartition, Long> seek(Consumer<String, byte[]> reader, List<Range> ranges) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        Map<TopicPartition, Long> begins = new HashMap<>();
        for (Range range : ranges) {
            TopicPartition tp = partitions.get(range.partition);
            ends.put(tp, range.end);
            begins.put(tp, range.begin);
        }
        reader.assign(Set.copyOf(ends.keySet()));
        begins.forEach(reader::seek);
        return ends;
    }

    private static void take(ConsumerRecord<String, byte[]> record, Receiver receiver) throws IOException {
        EventId id;
        String customer;
        try {
            if (record.value() == null || Records.text(record.headers(), "index").equals(Mark.INDEX)) {
                return;
            }
            id = EventId.parse(Records.text(record.headers(), "id"));
            customer = Records.text(record.headers(), "customer");
        } catch (IllegalArgumentException _) {
            // Not written by us.
            return;
        }
        receiver.record(
                new Kept(record.partition(), record.offset(), id, customer, record.timestamp(), record.value()));
    }
}
