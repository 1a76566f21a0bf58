package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded broker's own traps. kill -9 and power cuts are in e2e. */
class EmbeddedKafkaTest {
    @TempDir
    Path directory;

    @Test
    void startsFromNothingStopsCleanlyAndHasEverythingAfterwards() {
        for (int round = 0; round < 2; round++) {
            try (DurableLog log = DurableLog.open(directory, LogConfig.embedded(), "node", List.of())) {
                log.appender().append(Events.range(round * 10, round * 10 + 10), List.of(), Map.of("at", "" + round))
                        .join();
                assertThat(log.streamStatus().getFirst().records()).isGreaterThanOrEqualTo(10L * (round + 1));
                assertThat(log.trouble()).isEmpty();
                assertThat(log.diskUsedBytes()).isLessThan(200L << 20);
                assertThat(log.cursors()).containsEntry("at", "" + round);
                assertThat(log.audit().verdict()).isEqualTo("balanced");
                assertThat(log.audit().rows().stream().mapToLong(AuditReport.Row::in).sum())
                        .isEqualTo(10L * (round + 1));
            }
        }
    }

    /** A broker that begins again first speaks to its old address: nobody else may have it, or else answer there. */
    @Test
    void itKeepsItsAddressUnlessSomebodyTookItAndAnswersItselfOnly() throws Exception {
        String before;
        try (EmbeddedKafka broker = new EmbeddedKafka(directory, LogConfig.embedded())) {
            before = broker.bootstrapServers();
        }
        BrokerDoors doors = BrokerDoors.of(directory, 0);
        try (EmbeddedKafka broker = new EmbeddedKafka(directory, LogConfig.embedded())) {
            assertThat(broker.bootstrapServers()).isEqualTo(before);
            assertThat(describe(doors.internal(), doors.password())).isEmpty();
            assertThat(describe(doors.internal(), doors.password() + "0")).contains("Authentication failed");
        }
        try (ServerSocket other = new ServerSocket(doors.client(), 1, InetAddress.getLoopbackAddress());
                EmbeddedKafka broker = new EmbeddedKafka(directory, LogConfig.embedded())) {
            assertThat(broker.bootstrapServers()).isNotEqualTo(before);
            assertThat(BrokerDoors.of(directory, 0).password()).isEqualTo(doors.password());
            assertThat(other.isBound()).isTrue();
        }
    }

    /** Asks a broker who it is, as another broker would; returns what went wrong, or nothing. */
    private static String describe(int port, String password) throws InterruptedException {
        Map<String, Object> settings = Map.of("bootstrap.servers", "127.0.0.1:" + port, "security.protocol",
                "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN", "sasl.jaas.config", PlainLoginModule.class.getName()
                        + " required username=\"broker\" password=\"" + password + "\";");
        try (Admin admin = Admin.create(settings)) {
            admin.describeCluster().clusterId().get();
            return "";
        } catch (ExecutionException e) {
            return e.toString();
        }
    }

    @Test
    void aStartThatFailedLeavesTheDirectoryFree() {
        assertThatThrownBy(() -> DurableLog.open(directory, LogConfig.embedded(), "node", List.of("no topic's name")))
                .isInstanceOf(LogException.class);
        try (DurableLog log = DurableLog.open(directory, LogConfig.embedded(), "node", List.of())) {
            assertThat(log.trouble()).isEmpty();
        }
    }

    @Test
    void aKillDuringTheFormattingDoesNoHarm() throws Exception {
        Path log = Files.createDirectories(directory.resolve("log"));
        Files.writeString(log.resolve("meta.properties"), "version=1\ncluster.id=torn");
        Files.createDirectories(log.resolve("__cluster_metadata-0"));
        try (EmbeddedKafka broker = new EmbeddedKafka(log, LogConfig.embedded())) {
            assertThat(broker.failure()).isNull();
        }
    }

    @Test
    void aDirectoryOfAnotherKafkaIsRefusedAndLeftAlone() throws Exception {
        Path log = Files.createDirectories(directory.resolve("log"));
        Files.writeString(log.resolve("recovery-point-offset-checkpoint"), "0\n0\n");
        assertThatThrownBy(() -> new EmbeddedKafka(log, LogConfig.embedded()))
                .hasMessageContaining("not Tocsin's").hasMessageContaining("name another data directory");
        assertThat(log.resolve("recovery-point-offset-checkpoint")).exists();
    }

    @Test
    void aSecondProcessOnTheSameDirectoryIsRefused() {
        Path log = directory.resolve("log");
        try (EmbeddedKafka first = new EmbeddedKafka(log, LogConfig.embedded())) {
            assertThatThrownBy(() -> new EmbeddedKafka(log, LogConfig.embedded())).isInstanceOf(LogException.class)
                    .hasMessageContaining(log.toString());
            assertThat(first.failure()).isNull();
        }
    }

    /**
     * KAFKA-15591: a merely idempotent writer loses records on a topic that was just created. Ours are transactional;
     * this would fail if they were not.
     */
    @Test
    void nothingIsLostOnATopicJustCreated() throws Exception {
        KafkaClients clients = SharedBroker.clients();
        try (var admin = clients.admin()) {
            for (int round = 0; round < 5; round++) {
                String topic = SharedBroker.newPrefix() + "fresh";
                admin.createTopics(List.of(new NewTopic(topic, Optional.of(6), Optional.empty()))).all().get();
                List<java.util.concurrent.Future<?>> sent = new ArrayList<>();
                try (var producer = clients.producer(topic)) {
                    producer.initTransactions();
                    producer.beginTransaction();
                    for (int i = 0; i < 20_000; i++) {
                        sent.add(producer.send(new ProducerRecord<>(topic, i % 6, "k", new byte[100])));
                    }
                    producer.commitTransaction();
                }
                for (var f : sent) {
                    f.get();
                }
                long[] read = {0};
                try (var reader = clients.freeReader()) {
                    List<org.apache.kafka.common.TopicPartition> all = new ArrayList<>();
                    for (int p = 0; p < 6; p++) {
                        all.add(new org.apache.kafka.common.TopicPartition(topic, p));
                    }
                    Restore.readAll(clients, reader, all, _ -> read[0]++);
                }
                assertThat(read[0]).isEqualTo(20_000);
                admin.deleteTopics(List.of(topic)).all().get();
            }
        }
    }

    @Test
    void acknowledgedMeansFlushed() throws Exception {
        try (var admin = SharedBroker.clients().admin()) {
            var broker = new org.apache.kafka.common.config.ConfigResource(
                    org.apache.kafka.common.config.ConfigResource.Type.BROKER, "1");
            var config = admin.describeConfigs(List.of(broker)).all().get().get(broker);
            assertThat(config.get("log.flush.interval.messages").value()).isEqualTo("1");
            assertThat(config.get("log.retention.ms").value()).isEqualTo("-1");
            assertThat(config.get("auto.create.topics.enable").value()).isEqualTo("false");
        }
    }
}
