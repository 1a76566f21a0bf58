package dev.tocsin.log;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of the log. */
@Doc("The durable log: an embedded Kafka broker, or a cluster.")
public record LogConfig(
        @Doc("Addresses of a Kafka cluster to use instead of the embedded broker, such as kafka1:9092,kafka2:9092.") @Nullable String bootstrapServers,
        @Doc("Where the embedded broker listens; port 0 takes a free one. Loopback only.") @Default("127.0.0.1:0") Endpoint listen,
        @Doc("Partitions of each stream when it is first created.") @Default("2") int partitions,
        @Doc("Copies of each record when the streams are first created on a cluster.") @Default("3") int replicationFactor,
        @Doc("Put before each topic name, so that several installations can share a cluster.") @Default("") String topicPrefix,
        @Doc("Disk that the data directory may use; at this ceiling intake is refused, nothing is purged.") @Default("20GiB") ByteSize diskMax,
        @Doc("Disk that must stay free on the file system, else intake is refused.") @Default("500MiB") ByteSize diskFreeMin,
        @Doc("Records that every reader has handled are kept until a stream is this large.") @Default("2GiB") ByteSize keep,
        @Doc("How long alerts that an owner or a flag withheld are kept in shadow; what nobody decided about is kept until it is released.") @Default("24h") Duration shadowKeep,
        @Doc("Whether an acknowledgement waits for the disk (fsync). Off, a power cut loses acknowledged events.") @Default("true") boolean fsync,
        @Doc("Further settings of the Kafka clients (security.protocol, ssl.*, sasl.*) for a cluster.") @Default("{}") Map<String, String> client) {

    /** Withheld alerts are kept for a day. */
    public LogConfig(@Nullable String bootstrapServers, Endpoint listen, int partitions, int replicationFactor,
            String topicPrefix, ByteSize diskMax, ByteSize diskFreeMin, ByteSize keep, boolean fsync,
            Map<String, String> client) {
        this(bootstrapServers, listen, partitions, replicationFactor, topicPrefix, diskMax, diskFreeMin, keep,
                Duration.ofDays(1), fsync, client);
    }

    public LogConfig {
        if (partitions < 1 || partitions > 1024) {
            throw new IllegalArgumentException("partitions is from 1 to 1024, not " + partitions);
        }
        if (replicationFactor < 1 || replicationFactor > 32) {
            throw new IllegalArgumentException("replication_factor is from 1 to 32, not " + replicationFactor);
        }
        if (!topicPrefix.matches("[a-zA-Z0-9._-]{0,100}")) {
            throw new IllegalArgumentException("topic_prefix may have letters, digits, dot, dash and underscore");
        }
        if (shadowKeep.isNegative()) {
            throw new IllegalArgumentException("shadow_keep is negative");
        }
        client = Map.copyOf(client);
    }

    /** The embedded broker with all defaults. */
    public static LogConfig embedded() {
        return new LogConfig(null, new Endpoint("127.0.0.1", 0), 2, 3, "", ByteSize.parse("20GiB"),
                ByteSize.parse("500MiB"), ByteSize.parse("2GiB"), true, Map.of());
    }
}
