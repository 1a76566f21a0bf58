package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Writes events into a topic of any Kafka cluster, each batch in one transaction together with a mark that says how far
 * the writer has come. Whoever takes over under the same name reads the mark of the last transaction that happened, and by
 * opening makes every write of the predecessor fail: a paused process that wakes up changes nothing.
 *
 * <p>The marks are in a compacted topic of the target, which is made if it is missing, under the writer's name. Whoever
 * reads the topic must read committed records only ({@code isolation.level=read_committed}). Used by one thread.
 */
public final class KafkaDelivery implements AutoCloseable {
    private static final Duration READ_MAX = Duration.ofSeconds(30);
    /** What a record needs beside its value, generously. */
    private static final int ENVELOPE_BYTES = 4096;
    /** Kafka's default of max.message.bytes. */
    private static final int BATCH_BYTES_STANDARD = 1_048_588;

    private final String name;
    private final Target target;
    private final Producer<String, byte[]> producer;
    private final Optional<String> found;
    private final int valueBytesMax;

    /**
     * @param topic which must be there
     * @param marks the topic of the marks; several writers may share it
     * @param client further settings of the Kafka client
     */
    public record Target(String bootstrapServers, String topic, String marks, Map<String, String> client) {
        public Target {
            client = Map.copyOf(client);
        }
    }

    /** An event, and what is written of it. */
    public record Row(Event event, byte[] value) {
    }

    private KafkaDelivery(String name, Target target, Producer<String, byte[]> producer, Optional<String> found,
            int valueBytesMax) {
        this.name = name;
        this.target = target;
        this.producer = producer;
        this.found = found;
        this.valueBytesMax = valueBytesMax;
    }

    /**
     * Opens, and fences every other writer of that name.
     *
     * @param name the transactional id; one for each writer that may run beside others
     * @throws LogException when the cluster is away or the topic is missing
     */
    public static KafkaDelivery open(String name, Target target) {
        KafkaClients clients = new KafkaClients(target.bootstrapServers, target.client);
        Producer<String, byte[]> producer = null;
        try {
            int bytesMax = prepare(clients, target);
            producer = clients.producer(name);
            // Ends what the predecessor had begun, so that the mark that is read now is the last one.
            producer.initTransactions();
            return new KafkaDelivery(name, target, producer, mark(clients, name, target),
                    Math.max(1, bytesMax - ENVELOPE_BYTES));
        } catch (KafkaException | LogException e) {
            if (producer != null) {
                producer.close(Duration.ZERO);
            }
            throw new LogException("cannot write to Kafka at " + target.bootstrapServers + ": " + e.getMessage(), e);
        }
    }

    /** @return the largest batch that the topic takes, in bytes */
    private static int prepare(KafkaClients clients, Target target) {
        try (Admin admin = clients.admin()) {
            admin.describeTopics(List.of(target.topic)).allTopicNames().get();
            created(admin, target.marks);
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, target.topic);
            Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            ConfigEntry entry = config == null ? null : config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            return entry == null ? BATCH_BYTES_STANDARD : Integer.parseInt(entry.value());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new LogException("there is no topic \"" + target.topic + "\"; create it", e);
            }
            throw new LogException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted", e);
        }
    }

    private static void created(Admin admin, String marks) throws ExecutionException, InterruptedException {
        NewTopic topic = new NewTopic(marks, Optional.of(1), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /** Other writers' open transactions hold the reader back for as long as they last. */
    private static Optional<String> mark(KafkaClients clients, String name, Target target) {
        TopicPartition place = new TopicPartition(target.marks, 0);
        long deadline = System.nanoTime() + READ_MAX.toNanos();
        byte @Nullable [] last = null;
        try (Consumer<String, byte[]> reader = clients.freeReader()) {
            reader.assign(List.of(place));
            reader.seekToBeginning(List.of(place));
            Map<TopicPartition, Long> end = clients.ends(List.of(place));
            while (!Restore.isAt(reader, end)) {
                if (System.nanoTime() > deadline) {
                    throw new LogException("the marks in " + target.marks + " cannot be read to their end");
                }
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                    last = name.equals(record.key()) ? record.value() : last;
                }
            }
        }
        return Optional.ofNullable(last).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** The mark of the last transaction under this name when it was opened; empty when there was none. */
    public Optional<String> found() {
        return found;
    }

    /** The largest value that the topic surely takes. */
    public int valueBytesMax() {
        return valueBytesMax;
    }

    /**
     * All of it or nothing. After an exception nobody knows which; whoever opens anew learns it from the mark.
     *
     * @throws LogException when the cluster is away, or another writer of this name was opened
     */
    public void deliver(List<Row> rows, String mark) {
        try {
            producer.beginTransaction();
            for (Row row : rows) {
                producer.send(record(row));
            }
            producer.send(new ProducerRecord<>(target.marks, 0, name, mark.getBytes(StandardCharsets.UTF_8)));
            producer.commitTransaction();
        } catch (KafkaException | IllegalStateException e) {
            throw new LogException("cannot write to Kafka at " + target.bootstrapServers + ": " + e.getMessage(), e);
        }
    }

    private ProducerRecord<String, byte[]> record(Row row) {
        // The topic's own number of partitions decides by the key: events of equal key keep their order.
        ProducerRecord<String, byte[]> ours = Records.of(target.topic, 0, row.event);
        return new ProducerRecord<>(target.topic, null, ours.timestamp(), ours.key(), row.value, ours.headers());
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
