package dev.tocsin.e2e;

import dev.tocsin.event.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A real Kafka, that of a node which does nothing else, with one topic. */
final class TopicServer implements ConnectorTortureTest.Receiver {
    private static final String TOPIC = "siem";
    private static final int PARTITIONS = 3;

    private final NodeProcess node;
    private final String address;

    private TopicServer(NodeProcess node, String address) {
        this.node = node;
        this.address = address;
    }

    static TopicServer start(Path directory) throws Exception {
        String address = "127.0.0.1:" + NodeProcess.freePort();
        Path home = directory.resolve("kafka");
        NodeProcess node = new NodeProcess(home, home.resolve("data"),
                "log: {listen: \"" + address + "\", partitions: 1}\nindex: {enabled: false}\n", "target", "[manager]");
        TopicServer server = new TopicServer(node, address);
        try {
            node.start();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) address))) {
                admin.createTopics(Set.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
            }
            return server;
        } catch (Exception e) {
            server.close();
            throw e;
        }
    }

    @Override
    public String yaml() {
        return "{type: kafka, stream: events, bootstrap_servers: '" + address + "', topic: " + TOPIC
                + ", format: original}";
    }

    @Override
    public List<String> ids() {
        Properties settings = new Properties();
        settings.putAll(Map.of("bootstrap.servers", address, "isolation.level", "read_committed",
                "auto.offset.reset", "earliest", "max.poll.records", "10000"));
        List<String> ids = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(p -> new TopicPartition(p.topic(), p.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    ids.add(Json.read(record.value()).path("id").asString());
                }
            }
        }
        return ids;
    }

    @Override
    public void close() throws Exception {
        node.close();
    }
}
