package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what is kept of a stream for a period of event time, up to where the stream ends now. */
public final class StreamReading {
    private static final Logger LOG = LoggerFactory.getLogger(StreamReading.class);

    private final KafkaClients clients;
    private final List<TopicPartition> partitions;

    StreamReading(KafkaClients clients, List<TopicPartition> partitions) {
        this.clients = clients;
        this.partitions = partitions;
    }

    /** Takes the events. Whatever it throws ends the reading. */
    public interface Receiver {
        /** Before the first event: how many records will be looked at, most of them in the period. */
        void begin(long records) throws IOException;

        void event(Event event) throws IOException;
    }

    void read(Instant since, Instant until, Receiver receiver) throws IOException {
        try (Consumer<String, byte[]> reader = clients.freeReader()) {
            reader.assign(partitions);
            Map<TopicPartition, Long> end = clients.ends(partitions);
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(p -> times.put(p, Math.max(0, since.toEpochMilli())));
            // Kafka looks for times only before the first open transaction; what is behind may be committed meanwhile.
            Map<TopicPartition, Long> looked = reader.endOffsets(partitions);
            // The first record that is not before the time; events come out of order, so later ones may be.
            Map<TopicPartition, OffsetAndTimestamp> begin = reader.offsetsForTimes(times);
            long records = 0;
            for (TopicPartition partition : partitions) {
                OffsetAndTimestamp first = begin.get(partition);
                long from = first == null ? looked.getOrDefault(partition, 0L) : first.offset();
                reader.seek(partition, from);
                records += end.getOrDefault(partition, 0L) - from;
            }
            receiver.begin(records);
            while (!Restore.isAt(reader, end)) {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                    Instant time = Instant.ofEpochMilli(record.timestamp());
                    boolean before = record.offset() < end.getOrDefault(
                            new TopicPartition(record.topic(), record.partition()), 0L);
                    if (before && !time.isBefore(since) && time.isBefore(until)) {
                        event(record, receiver);
                    }
                }
            }
        }
    }

    private static void event(ConsumerRecord<String, byte[]> record, Receiver receiver) throws IOException {
        Event event;
        try {
            event = Records.event(record);
        } catch (IllegalArgumentException e) {
            LOG.debug("a record that is not ours in {}", record.topic(), e);
            return;
        }
        if (!Mark.is(event)) {
            receiver.event(event);
        }
    }
}
