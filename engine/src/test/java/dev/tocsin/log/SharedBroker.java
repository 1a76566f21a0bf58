package dev.tocsin.log;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One embedded broker for all tests of this JVM; each test has its own topics by a prefix. */
public final class SharedBroker {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Path DIRECTORY = temporary();
    private static final EmbeddedKafka BROKER = start();

    private SharedBroker() {
    }

    public static String newPrefix() {
        return "t" + NUMBER.incrementAndGet() + ".";
    }

    /** A log of its own on the shared broker. */
    public static DurableLog open(String prefix, Collection<String> statefulStages) {
        return DurableLog.open(temporary(), config(prefix), "node", statefulStages);
    }

    /** Deletes what stands before an offset. */
    public static void delete(String prefix, Stream stream, int partition, long before) throws Exception {
        try (var admin = clients().admin()) {
            admin.deleteRecords(Map.of(
                    new org.apache.kafka.common.TopicPartition(new Topics(prefix, 2).name(stream), partition),
                    org.apache.kafka.clients.admin.RecordsToDelete.beforeOffset(before))).all().get();
        }
    }

    public static String servers() {
        return BROKER.bootstrapServers();
    }

    static LogConfig config(String prefix) {
        return new LogConfig(BROKER.bootstrapServers(), new Endpoint("127.0.0.1", 0), 2, 1, prefix,
                ByteSize.parse("20GiB"), ByteSize.parse("1MiB"), ByteSize.parse("2GiB"), true, Map.of());
    }

    static KafkaClients clients() {
        return new KafkaClients(BROKER.bootstrapServers(), Map.of());
    }

    static Path temporary() {
        try {
            return Files.createTempDirectory("tocsin-test");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EmbeddedKafka start() {
        EmbeddedKafka broker = new EmbeddedKafka(DIRECTORY, LogConfig.embedded());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            broker.close();
            try (var files = Files.walk(DIRECTORY)) {
                files.sorted(java.util.Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
            } catch (IOException e) {
                System.err.println("left behind: " + DIRECTORY);
            }
        }));
        return broker;
    }
}
