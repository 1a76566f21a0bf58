package dev.tocsin.log;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes Kafka clients with the settings that the promises rest on: all writes transactional (an idempotent producer
 * without transactions loses records on a topic just created, KAFKA-15591), all reads of committed records only, no
 * automatic commits, nothing skipped when an offset is unknown.
 */
final class KafkaClients {
    /** The largest event. What is larger is refused, or goes to dead in the form in which it came. */
    static final int EVENT_BYTES_MAX = 32 << 20;
    /** The largest record: the dead letter of the largest event, which may be base64, fits with what is said of it. */
    static final int RECORD_BYTES_MAX = 48 << 20;
    /** A dead writer holds back the readers of committed records for so long at most. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);

    private final String bootstrapServers;
    private final Map<String, String> extra;

    KafkaClients(String bootstrapServers, Map<String, String> extra) {
        this.bootstrapServers = bootstrapServers;
        this.extra = Map.copyOf(extra);
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    Admin admin() {
        Properties p = common();
        p.put("request.timeout.ms", "10000");
        p.put("default.api.timeout.ms", "30000");
        return Admin.create(p);
    }

    /** A writer; starting another of the same id fences this one. */
    Producer<String, byte[]> producer(String transactionalId) {
        return producer(transactionalId, TRANSACTION_TIMEOUT);
    }

    Producer<String, byte[]> producer(String transactionalId, Duration transactionTimeout) {
        Properties p = common();
        p.put("transactional.id", transactionalId);
        p.put("transaction.timeout.ms", Long.toString(transactionTimeout.toMillis()));
        p.put("acks", "all");
        p.put("enable.idempotence", "true");
        p.put("compression.type", "lz4");
        p.put("batch.size", Integer.toString(1 << 20));
        p.put("linger.ms", "2");
        p.put("buffer.memory", Integer.toString(RECORD_BYTES_MAX + (16 << 20)));
        p.put("max.request.size", Integer.toString(RECORD_BYTES_MAX + (1 << 19)));
        p.put("delivery.timeout.ms", "30000");
        p.put("request.timeout.ms", "10000");
        p.put("max.block.ms", "30000");
        return new KafkaProducer<>(p, new StringSerializer(), new ByteArraySerializer());
    }

    /** A member of a group; its name is fixed, so that a restarted process takes its place at once. */
    Consumer<String, byte[]> member(String group, String memberName) {
        Properties p = reader();
        p.put("group.id", group);
        p.put("group.instance.id", memberName);
        p.put("partition.assignment.strategy", RangeAssignor.class.getName());
        p.put("session.timeout.ms", "10000");
        p.put("heartbeat.interval.ms", "1000");
        p.put("max.poll.interval.ms", Long.toString(Duration.ofMinutes(10).toMillis()));
        p.put("max.poll.records", "1000");
        return new KafkaConsumer<>(p, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** A reader without a group, for state, ledger, tap and dead letters. */
    Consumer<String, byte[]> freeReader() {
        Properties p = reader();
        p.put("max.poll.records", "2000");
        return new KafkaConsumer<>(p, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** A reader without a group that sees open and aborted transactions, too. */
    Consumer<String, byte[]> uncommittedReader() {
        Properties p = reader();
        p.put("isolation.level", "read_uncommitted");
        return new KafkaConsumer<>(p, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** Where each partition ends, open transactions included. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        Properties p = reader();
        p.put("isolation.level", "read_uncommitted");
        try (Consumer<byte[], byte[]> any = new KafkaConsumer<>(p, new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return any.endOffsets(partitions);
        }
    }

    private Properties reader() {
        Properties p = common();
        p.put("isolation.level", "read_committed");
        p.put("enable.auto.commit", "false");
        p.put("auto.offset.reset", "earliest");
        p.put("allow.auto.create.topics", "false");
        // Packed bytes; unpacked they may be many times more, and every stage of a node has its own.
        p.put("fetch.max.bytes", Integer.toString(4 << 20));
        p.put("max.partition.fetch.bytes", Integer.toString(1 << 20));
        p.put("fetch.max.wait.ms", "250");
        p.put("default.api.timeout.ms", "30000");
        p.put("request.timeout.ms", "20000");
        return p;
    }

    private Properties common() {
        Properties p = new Properties();
        p.put("bootstrap.servers", bootstrapServers);
        p.put("reconnect.backoff.ms", "50");
        p.put("reconnect.backoff.max.ms", "1000");
        p.put("retry.backoff.ms", "5");
        p.put("metric.reporters", "");
        p.put("enable.metrics.push", "false");
        p.putAll(extra);
        return p;
    }
}
