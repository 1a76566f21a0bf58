package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.event.EventId;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Against a real broker: the one of a log of ours. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KafkaSourceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;
    private static DurableLog broker;
    private static Admin admin;
    private static KafkaProducer<byte[], byte[]> producer;
    private static int topics;

    private final FakeAppender log = new FakeAppender();
    private final List<KafkaSource> sources = new ArrayList<>();
    private final String topic = "theirs-" + topics++;

    @BeforeAll
    static void open() {
        broker = DurableLog.open(directory, LogConfig.embedded(), "test", List.of());
        Map<String, Object> to = Map.of("bootstrap.servers", broker.bootstrapServers());
        admin = Admin.create(to);
        // Of several requests on their way the first can be refused as long as the broker does not know the topic yet, and the
        // second be accepted; then the first is out of sequence for ever.
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrapServers(),
                "max.in.flight.requests.per.connection", 1), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void shut() {
        producer.close();
        admin.close();
        broker.close();
    }

    @AfterEach
    void close() {
        log.release();
        sources.forEach(KafkaSource::close);
    }

    private void create(int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void produce(int from, int to, int partitions) {
        for (int i = from; i < to; i++) {
            producer.send(new ProducerRecord<>(topic, i % partitions, null, utf8("number " + i)));
        }
        producer.flush();
    }

    private KafkaSource start(String node, KafkaSourceConfig.Start where) {
        return start(node, where, broker.bootstrapServers());
    }

    private KafkaSource start(String node, KafkaSourceConfig.Start where, String servers) {
        KafkaSourceConfig config = new KafkaSourceConfig(servers, List.of(topic), null, where, "acme", "auto",
                LogSourceHint.NONE, null, ByteSize.parse("10KiB"), ByteSize.parse("4MiB"), Map.of());
        KafkaSource source = new KafkaSource("theirs", config, node,
                new Collector("main", node, 1, log, InstantSource.system()), log::cursors);
        sources.add(source);
        source.start();
        return source;
    }

    private void awaitNumbers(int count) {
        await().atMost(PATIENCE).until(() -> new TreeSet<>(log.originals()).size() >= count);
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "number " + i).toList();
    }

    @Test
    void aRecordBecomesAnEventWithItsPlaceKeyAndHeaders() throws Exception {
        create(1);
        var sent = new ProducerRecord<>(topic, 0, 1_767_225_600_123L, utf8("key"), utf8("<13>hello"));
        sent.headers().add("trace", utf8("abc")).add("raw", new byte[]{(byte) 0xff, 0});
        producer.send(sent).get();
        start("n1", KafkaSourceConfig.Start.EARLIEST);
        awaitNumbers(1);
        JsonNode body = log.bodies().getFirst();
        assertThat(log.originals()).containsExactly("<13>hello");
        assertThat(body.path("@timestamp").asString()).isEqualTo("2026-01-01T00:00:00.123Z");
        assertThat(body.at("/tocsin/transport").asString()).isEqualTo("kafka");
        assertThat(body.at("/tocsin/kafka").toString()).isEqualTo("{\"topic\":\"" + topic
                + "\",\"partition\":0,\"offset\":0,\"key\":\"key\",\"headers\":{\"trace\":\"abc\",\"raw\":\"/wA=\"}}");
        assertThat(log.events().getFirst().key()).isEqualTo("theirs/" + topic + "/0");
        assertThat(log.cursors()).hasSize(1).containsValue("1");
    }

    @Test
    void afterARestartReadingGoesOnBehindTheLastDurableRecord() throws Exception {
        create(2);
        produce(0, 1000, 2);
        KafkaSource first = start("n1", KafkaSourceConfig.Start.EARLIEST);
        awaitNumbers(1000);
        first.close();
        assertThat(log.size()).isEqualTo(1000);
        produce(1000, 1500, 2);
        start("n1", KafkaSourceConfig.Start.EARLIEST);
        awaitNumbers(1500);
        assertThat(log.originals()).hasSize(1500).containsExactlyInAnyOrderElementsOf(numbers(0, 1500));
        assertThat(log.events().stream().filter(e -> e.key().endsWith("/0"))
                .map(e -> e.origin().sequence()).toList()).isNotEmpty();
    }

    @Test
    void nodesShareThePartitionsAndWhatMovesKeepsItsName() throws Exception {
        create(4);
        KafkaSource first = start("n1", KafkaSourceConfig.Start.EARLIEST);
        produce(0, 2000, 4);
        awaitNumbers(2000);
        KafkaSource second = start("n2", KafkaSourceConfig.Start.EARLIEST);
        int made = 2000;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (second.status().received() == 0 && System.nanoTime() < deadline) {
            int next = made;
            produce(made, made + 20, 4);
            made += 20;
            await().until(() -> log.size() >= next);
        }
        assertThat(second.status().received()).isPositive();
        first.close();
        produce(made, made + 1000, 4);
        made += 1000;
        awaitNumbers(made);
        assertThat(new TreeSet<>(log.originals())).containsExactlyInAnyOrderElementsOf(numbers(0, made));
        assertThat(log.ids()).hasSize(made);
    }

    @Test
    void theSameRecordHasTheSameNameForWhomeverReadsIt() throws Exception {
        create(1);
        produce(0, 10, 1);
        KafkaSource first = start("n1", KafkaSourceConfig.Start.EARLIEST);
        awaitNumbers(10);
        first.close();
        List<EventId> names = List.copyOf(log.ids());
        FakeAppender again = new FakeAppender();
        KafkaSource other = new KafkaSource("theirs", new KafkaSourceConfig(broker.bootstrapServers(), List.of(topic),
                "another", KafkaSourceConfig.Start.EARLIEST, "acme", "auto", LogSourceHint.NONE, null,
                ByteSize.parse("10KiB"), ByteSize.parse("4MiB"), Map.of()), "n7",
                new Collector("main", "n7", 9, again, InstantSource.system()), again::cursors);
        sources.add(other);
        other.start();
        await().atMost(PATIENCE).until(() -> again.size() == 10);
        assertThat(List.copyOf(again.ids())).isEqualTo(names);
    }

    @Test
    void onlyCommittedRecordsAreRead() throws Exception {
        create(1);
        try (var transactional = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", topic),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            transactional.initTransactions();
            transactional.beginTransaction();
            transactional.send(new ProducerRecord<>(topic, utf8("taken back"))).get();
            transactional.abortTransaction();
            transactional.beginTransaction();
            transactional.send(new ProducerRecord<>(topic, utf8("meant"))).get();
            transactional.commitTransaction();
        }
        start("n1", KafkaSourceConfig.Start.EARLIEST);
        awaitNumbers(1);
        assertThat(log.originals()).containsExactly("meant");
    }

    @Test
    void whatCannotBeAnEventIsADeadLetter() throws Exception {
        create(1);
        producer.send(new ProducerRecord<>(topic, 0, utf8("k"), null)).get();
        producer.send(new ProducerRecord<>(topic, 0, null, new byte[20_000])).get();
        produce(0, 1, 1);
        start("n1", KafkaSourceConfig.Start.EARLIEST);
        awaitNumbers(1);
        assertThat(log.causes()).hasSize(2);
        assertThat(log.causes().get(0)).contains("tombstone");
        assertThat(log.causes().get(1)).contains("20000 bytes");
    }

    @Test
    void latestMeansTheSameAfterARestartAndWhatRetentionTookIsCounted() throws Exception {
        create(1);
        produce(0, 10, 1);
        KafkaSource first = start("n1", KafkaSourceConfig.Start.LATEST);
        await().atMost(PATIENCE).until(() -> log.cursors().containsValue("10"));
        first.close();
        produce(10, 30, 1);
        admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(15))).all().get();
        KafkaSource second = start("n1", KafkaSourceConfig.Start.LATEST);
        awaitNumbers(15);
        assertThat(log.originals()).isEqualTo(numbers(15, 30));
        assertThat(second.status().lost()).isEqualTo(5);
        assertThat(second.status().error()).contains("5 records of " + topic + "/0 were deleted");
    }

    @Test
    void aClusterThatIsNotThereIsTriedAgainAndSaidSo() throws Exception {
        KafkaSource source = start("n1", KafkaSourceConfig.Start.EARLIEST);
        await().atMost(PATIENCE).until(() -> source.status().state().equals("failing"));
        assertThat(source.status().error()).contains("cannot be used", "trying again");
        create(1);
        produce(0, 3, 1);
        awaitNumbers(3);
        await().until(() -> source.status().state().equals("running"));
    }

    @Test
    void settingsOnWhichThePromisesRestCannotBeChanged() {
        assertThatThrownBy(() -> new KafkaSourceConfig("k:9092", List.of("t"), null, KafkaSourceConfig.Start.EARLIEST,
                "main", "auto", LogSourceHint.NONE, null, ByteSize.parse("1MiB"), ByteSize.parse("4MiB"),
                Map.of("isolation.level", "read_uncommitted"))).hasMessageContaining("isolation.level");
    }
}
