package dev.tocsin.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads topics of somebody else's, as a member of a consumer group that only shares out partitions: where reading goes on
 * is the {@link Owner}'s to remember, beside what it has written, and nothing is committed to the group. Only committed
 * records are read. Owned by the thread that polls; the owner is called by it, too.
 */
public final class TopicReader implements AutoCloseable {
    /** What the promises rest on, and nobody may set otherwise. */
    public static final List<String> FIXED = List.of("bootstrap.servers", "group.id", "enable.auto.commit",
            "auto.offset.reset", "isolation.level", "key.deserializer", "value.deserializer");
    private static final int POLL_RECORDS = 2000;
    private static final long CALL_SECONDS = 10;

    private final Consumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final Owner owner;
    private final boolean fromEnd;
    private final String clusterId;
    private final Map<String, String> topicIds = new HashMap<>();

    /**
     * What to read.
     *
     * @param fromEnd where nothing is remembered: begin at the end of the topic instead of its beginning
     * @param properties further settings of the client, such as security.protocol, ssl.*, sasl.*
     */
    public record Subscription(String bootstrapServers, List<String> topics, String group, String member,
            boolean fromEnd, Map<String, String> properties) {
    }

    /** A partition of a topic; a topic that was deleted and made anew has another id. */
    public record Share(String clusterId, String topic, String topicId, int partition) {
    }

    /** A record. @param time as its producer or broker said; null when it has none */
    public record Message(Share share, long offset, @Nullable Instant time, byte @Nullable [] key,
            byte @Nullable [] value, List<Map.Entry<String, byte[]>> headers) {
    }

    /** Who remembers. */
    public interface Owner {
        /** Partitions are ours from now on. @return where to go on; without those that were never read */
        Map<Share, Long> positions(List<Share> shares);

        /** What was never read will be read from there. */
        void begins(Share share, long offset);

        /** Partitions may go to another member as soon as this returns: what was read must be safe by then. */
        void handsOver();

        /** Records that were not read were deleted by the topic's retention. */
        void missed(Share share, long records);
    }

    /** @throws LogException when the cluster cannot be reached or does not let us in; may be tried again */
    public TopicReader(Subscription s, Owner owner) {
        this.owner = owner;
        fromEnd = s.fromEnd();
        Properties p = new Properties();
        p.put("metric.reporters", "");
        p.put("enable.metrics.push", "false");
        p.put("client.id", s.member());
        p.put("request.timeout.ms", "10000");
        p.put("default.api.timeout.ms", "20000");
        p.putAll(s.properties());
        p.put("bootstrap.servers", s.bootstrapServers());
        Properties reading = new Properties();
        reading.putAll(p);
        reading.put("group.id", s.group());
        reading.put("isolation.level", "read_committed");
        reading.put("enable.auto.commit", "false");
        reading.put("auto.offset.reset", "none");
        reading.put("allow.auto.create.topics", "false");
        reading.putIfAbsent("max.poll.records", Integer.toString(POLL_RECORDS));
        reading.putIfAbsent("max.poll.interval.ms", Long.toString(Duration.ofMinutes(30).toMillis()));
        reading.putIfAbsent("session.timeout.ms", "10000");
        reading.putIfAbsent("heartbeat.interval.ms", "2000");
        try {
            admin = Admin.create(p);
            try {
                clusterId = admin.describeCluster().clusterId().get(CALL_SECONDS, TimeUnit.SECONDS);
                describe(s.topics());
                consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                consumer.subscribe(s.topics(), new Rebalance());
            } catch (LogException | KafkaException | ExecutionException | TimeoutException | InterruptedException e) {
                admin.close(Duration.ZERO);
                throw e;
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new LogException("the Kafka cluster at " + s.bootstrapServers() + " cannot be used: " + why(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted while connecting to Kafka");
        }
    }

    private void describe(Collection<String> topics) throws ExecutionException, TimeoutException,
            InterruptedException {
        for (TopicDescription t : admin.describeTopics(topics).allTopicNames().get(CALL_SECONDS, TimeUnit.SECONDS)
                .values()) {
            topicIds.put(t.name(), t.topicId().toString());
        }
    }

    /** The next records, in order within each partition; none when nothing came in that time. */
    public List<Message> poll(Duration patience) {
        try {
            List<Message> messages = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> r : consumer.poll(patience)) {
                messages.add(message(r));
            }
            return messages;
        } catch (OffsetOutOfRangeException e) {
            e.offsetOutOfRangePartitions().forEach(this::goOn);
            return List.of();
        } catch (KafkaException e) {
            throw new LogException("reading from Kafka failed: " + why(e), e);
        }
    }

    /** @throws LogException when the cluster does not answer, which polling does not tell */
    public void check() {
        try {
            admin.describeCluster().clusterId().get(CALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new LogException("the Kafka cluster does not answer: " + why(e), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Message message(ConsumerRecord<byte[], byte[]> r) {
        List<Map.Entry<String, byte[]>> headers = new ArrayList<>();
        for (Header h : r.headers()) {
            headers.add(Map.entry(h.key(), h.value() == null ? new byte[0] : h.value()));
        }
        return new Message(share(new TopicPartition(r.topic(), r.partition())), r.offset(),
                r.timestamp() < 0 ? null : Instant.ofEpochMilli(r.timestamp()), r.key(), r.value(), headers);
    }

    private Share share(TopicPartition tp) {
        return new Share(clusterId, tp.topic(), topicIds.getOrDefault(tp.topic(), ""), tp.partition());
    }

    /** What we wanted to read is gone, or the topic is shorter than what was read of it. */
    private void goOn(TopicPartition tp, long wanted) {
        long begin = consumer.beginningOffsets(List.of(tp)).getOrDefault(tp, 0L);
        if (wanted < begin) {
            owner.missed(share(tp), begin - wanted);
            consumer.seek(tp, begin);
        } else {
            consumer.seek(tp, consumer.endOffsets(List.of(tp)).getOrDefault(tp, begin));
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            Map<TopicPartition, Long> starts = fromEnd
                    ? consumer.endOffsets(assigned)
                    : consumer.beginningOffsets(assigned);
            Map<Share, Long> known = owner.positions(assigned.stream().map(TopicReader.this::share).toList());
            for (TopicPartition tp : assigned) {
                Share share = share(tp);
                Long offset = known.get(share);
                if (offset == null) {
                    offset = starts.getOrDefault(tp, 0L);
                    owner.begins(share, offset);
                }
                consumer.seek(tp, offset);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            owner.handsOver();
        }
    }

    private static String why(Throwable e) {
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        Throwable deeper = cause.getCause();
        return deeper == null || deeper.getMessage() == null ? message : message + " (" + deeper.getMessage() + ")";
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(5)));
        admin.close(Duration.ofSeconds(1));
    }
}
