package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import dev.tocsin.log.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of {@link KafkaSource}. */
@Tag("kafka")
@Doc("Reads topics of a Kafka cluster, each record once; the nodes of a log share the partitions.")
public record KafkaSourceConfig(
        @Doc("Addresses of the cluster, such as kafka1:9092,kafka2:9092.") String bootstrapServers,
        @Doc("What to read.") List<String> topics,
        @Doc("The consumer group by which nodes share the partitions; by default tocsin- and the source's name.") @Nullable String group,
        @Doc("Where to begin in a topic that was never read: earliest or latest.") @Default("earliest") Start start,
        @Doc("Whose the events are.") @Default("main") String customer,
        @Doc("How the events are written.") @Default("auto") String format,
        @Doc("What kind of log it is.") @Default("{}") LogSourceHint logsource,
        @Doc("Raise an alarm when nothing came for so long; left out, silence is none.") @Nullable Duration silentAfter,
        @Doc("A longer value becomes a dead letter that keeps its first 64 KiB.") @Default("1MiB") ByteSize messageMax,
        @Doc("Bytes read but not yet durable; when it is reached no more is read.") @Default("64MiB") ByteSize inFlightMax,
        @Doc("Further settings of the Kafka client, such as security.protocol, ssl.*, sasl.*") @Default("{}") Map<String, String> properties)
        implements
            SourceConfig {

    /** Where to begin. */
    public enum Start {
        EARLIEST,
        LATEST
    }

    public KafkaSourceConfig {
        topics = List.copyOf(topics);
        properties = Map.copyOf(properties);
        Limits.checkSilence(silentAfter);
        Limits.check("message_max", messageMax, 16, 4 << 20);
        Limits.check("in_flight_max", inFlightMax, 1 << 20, Integer.MAX_VALUE);
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("topics names none");
        }
        for (String fixed : TopicReader.FIXED) {
            if (properties.containsKey(fixed)) {
                throw new IllegalArgumentException(
                        "properties may not set " + fixed + ", on which the source's promises rest");
            }
        }
    }
}
