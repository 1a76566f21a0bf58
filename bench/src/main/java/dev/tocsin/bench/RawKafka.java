package dev.tocsin.bench;

import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The limit: the same bytes into and out of the same broker with the same flushing, and nothing else. */
final class RawKafka {
    private RawKafka() {
    }

    /** Events per second from the first sent to the last read back. */
    static double eventsPerSecond(Path directory, List<byte[]> messages) throws Exception {
        try (DurableLog log = DurableLog.open(directory, LogConfig.embedded(), "bench", List.of())) {
            Properties p = new Properties();
            p.put("bootstrap.servers", log.bootstrapServers());
            try (Admin admin = Admin.create(p)) {
                admin.createTopics(List.of(new NewTopic("raw", 2, (short) 1))).all().get();
            }
            p.put("acks", "all");
            p.put("compression.type", "lz4");
            p.put("linger.ms", "2");
            p.put("batch.size", Integer.toString(512 << 10));
            p.put("enable.auto.commit", "false");
            List<TopicPartition> all = List.of(new TopicPartition("raw", 0), new TopicPartition("raw", 1));
            try (var producer = new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
                    var consumer = new KafkaConsumer<>(p, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                for (TopicPartition tp : all) {
                    producer.send(new ProducerRecord<>("raw", tp.partition(), null, new byte[1])).get();
                }
                consumer.assign(all);
                consumer.seekToEnd(all);
                all.forEach(consumer::position);
                long began = System.nanoTime();
                Thread sender = Thread.ofPlatform().start(() -> {
                    List<java.util.concurrent.Future<?>> sent = new ArrayList<>();
                    for (int i = 0; i < messages.size(); i++) {
                        sent.add(producer.send(new ProducerRecord<>("raw", i % 2, null, messages.get(i))));
                    }
                    producer.flush();
                });
                for (int read = 0; read < messages.size();) {
                    read += consumer.poll(Duration.ofMillis(100)).count();
                }
                double seconds = (System.nanoTime() - began) / 1e9;
                sender.join();
                return messages.size() / seconds;
            }
        }
    }
}
