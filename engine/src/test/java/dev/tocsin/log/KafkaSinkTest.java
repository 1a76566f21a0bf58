package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Problem;
import dev.tocsin.config.Secret;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.sink.KafkaSink;
import dev.tocsin.sink.KafkaSinkConfig;
import dev.tocsin.sink.SinkCounts;
import dev.tocsin.sink.SinkFormat;
import dev.tocsin.sink.SinkStream;
import dev.tocsin.sink.TlsConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink writes into another cluster's topic; here the log's fake state stands for the log. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KafkaSinkTest {
    private final String prefix = SharedBroker.newPrefix();
    private final String topic = prefix + "target";
    private final String marks = prefix + "marks";
    private final SinkCounts counts = new SinkCounts();
    private final List<Problem> alarms = new ArrayList<>();
    private final FakeState state = new FakeState();

    @BeforeEach
    void create() throws Exception {
        create(topic, Map.of());
    }

    private static void create(String name, Map<String, String> settings) throws Exception {
        try (Admin admin = SharedBroker.clients().admin()) {
            admin.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty()).configs(settings))).all()
                    .get();
        }
    }

    private static KafkaSinkConfig config(String servers, String topic, String marks, Map<String, String> client,
            @Nullable TlsConfig tls) {
        return new KafkaSinkConfig(SinkStream.ALERTS, servers, topic, marks, SinkFormat.JSON, client,
                Map.of("client.id", new Secret("x")), tls, false);
    }

    private KafkaSink sink(String name, boolean keepsCommit) {
        return new KafkaSink(config(SharedBroker.config("").bootstrapServers(), topic, marks, Map.of(), null),
                prefix + name, keepsCommit, counts, alarms::add);
    }

    private static List<Event> events(int from, int to) {
        List<Event> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(Events.event(n, "{\"message\":\"m" + n + "\"}"));
        }
        return events;
    }

    private static List<String> ids(int from, int to) {
        return events(from, to).stream().map(e -> e.id().toString()).toList();
    }

    private static void handle(KafkaSink sink, int from, int to) {
        sink.handle(0, events(from, to), new FakeOutput());
    }

    private List<ConsumerRecord<String, byte[]>> records() {
        TopicPartition place = new TopicPartition(topic, 0);
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (Consumer<String, byte[]> reader = SharedBroker.clients().freeReader()) {
            Restore.readAll(SharedBroker.clients(), reader, List.of(place), records::add);
        }
        return records;
    }

    private List<String> delivered() {
        return records().stream()
                .map(r -> new String(r.headers().lastHeader("id").value(), StandardCharsets.UTF_8)).toList();
    }

    @Test
    void eachEventIsOneRecordWithItsEnvelopeInTheHeaders() {
        try (KafkaSink sink = sink("a", false)) {
            sink.assigned(0, state);
            handle(sink, 0, 3);
            assertThat(delivered()).as("before the flush").isEmpty();
            sink.flush(Commit.NONE);
        }
        List<ConsumerRecord<String, byte[]>> records = records();
        assertThat(delivered()).isEqualTo(ids(0, 3));
        assertThat(records.getFirst().key()).isEqualTo("10.0.0.1");
        assertThat(records.getFirst().timestamp()).isEqualTo(Events.TIME.toEpochMilli());
        assertThat(Json.read(records.getFirst().value()).at("/tocsin/id").asString()).isEqualTo(ids(0, 1).getFirst());
        assertThat(Json.read(records.getFirst().value()).path("message").asString()).isEqualTo("m0");
        assertThat(counts.delivered()).isEqualTo(3);
    }

    /** The process dies at any place between the target's commit and the log's, also while it is still catching up. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void afterAnyCrashesEachEventIsThereOnceAndInOrder(long seed) {
        Random random = new Random(seed);
        int committed = 0;
        while (committed < 300) {
            try (KafkaSink sink = sink("sim", false)) {
                sink.assigned(0, state);
                int reached = committed;
                for (boolean alive = true; alive && reached < 300;) {
                    for (int batches = 1 + random.nextInt(3); batches > 0 && reached < 300; batches--) {
                        int to = Math.min(300, reached + 1 + random.nextInt(30));
                        handle(sink, reached, to);
                        reached = to;
                    }
                    switch (random.nextInt(4)) {
                        case 0 -> alive = false;
                        case 1 -> {
                            sink.flush(Commit.NONE);
                            alive = false;
                        }
                        default -> {
                            sink.flush(Commit.NONE);
                            state.commit();
                            committed = reached;
                        }
                    }
                }
            }
            state.rollback();
        }
        assertThat(delivered()).isEqualTo(ids(0, 300));
        assertThat(alarms).isEmpty();
    }

    @Test
    void aPausedPredecessorWritesNothingAnyMore() {
        try (KafkaSink old = sink("p", false); KafkaSink fresh = sink("p", false)) {
            old.assigned(0, state);
            handle(old, 0, 10);
            old.flush(Commit.NONE);
            state.commit();
            handle(old, 10, 20);
            state.rollback();
            fresh.assigned(0, state);
            handle(fresh, 10, 25);
            fresh.flush(Commit.NONE);
            assertThatThrownBy(() -> old.flush(Commit.NONE)).isInstanceOf(LogException.class)
                    .hasMessageContaining("cannot write to Kafka");
            assertThat(delivered()).isEqualTo(ids(0, 25));
        }
    }

    /** A loop that polls an API brings the events in another order after a crash, and goes by the commit. */
    @Test
    void whoBeginsAtTheCommitThatTheTargetSawLastSkipsNothing() {
        try (KafkaSink sink = sink("c", true)) {
            sink.assigned(0, state);
            assertThat(sink.resumeFrom(0)).isEmpty();
            handle(sink, 0, 10);
            sink.flush(new Commit(Map.of(), "cursor 10"));
            state.commit();
            handle(sink, 10, 20);
            sink.flush(new Commit(Map.of(), "cursor 20"));
        }
        state.rollback();
        try (KafkaSink sink = sink("c", true)) {
            sink.assigned(0, state);
            assertThat(sink.resumeFrom(0)).hasValue("cursor 20");
            // Late events, of which the target has none.
            handle(sink, 30, 35);
            handle(sink, 20, 30);
            sink.flush(new Commit(Map.of(), "cursor 30"));
            state.commit();
        }
        List<String> expected = new ArrayList<>(ids(0, 20));
        expected.addAll(ids(30, 35));
        expected.addAll(ids(20, 30));
        assertThat(delivered()).isEqualTo(expected);
        assertThat(alarms).isEmpty();
    }

    @Test
    void whenTheTargetsMarkIsOfAnotherLogNothingIsSkippedAndAPersonIsTold() {
        try (KafkaSink sink = sink("w", false)) {
            sink.assigned(0, state);
            handle(sink, 0, 10);
            sink.flush(Commit.NONE);
        }
        FakeState newLog = new FakeState();
        try (KafkaSink sink = sink("w", false)) {
            sink.assigned(0, newLog);
            handle(sink, 100, 120);
            sink.flush(Commit.NONE);
            newLog.commit();
        }
        assertThat(alarms).extracting(Problem::code).containsExactly("W405");
        try (KafkaSink sink = sink("w", false)) {
            sink.assigned(0, newLog);
            handle(sink, 120, 130);
            sink.flush(Commit.NONE);
        }
        List<String> expected = new ArrayList<>(ids(0, 10));
        expected.addAll(ids(100, 130));
        assertThat(delivered()).isEqualTo(expected);
        assertThat(alarms).hasSize(1);
    }

    @Test
    void whoeverRewindsGetsThemAgain() {
        try (KafkaSink sink = sink("r", false)) {
            sink.assigned(0, state);
            handle(sink, 0, 10);
            sink.flush(Commit.NONE);
            state.commit();
            sink.rewound(0);
            handle(sink, 5, 12);
            sink.flush(Commit.NONE);
        }
        List<String> expected = new ArrayList<>(ids(0, 10));
        expected.addAll(ids(5, 12));
        assertThat(delivered()).isEqualTo(expected);
    }

    @Test
    void whatTheTopicDoesNotTakeGoesToDead() throws Exception {
        String small = prefix + "small";
        create(small, Map.of("max.message.bytes", "20000"));
        try (KafkaSink sink = new KafkaSink(
                config(SharedBroker.config("").bootstrapServers(), small, marks, Map.of(), null), prefix + "s", false,
                counts, alarms::add)) {
            sink.assigned(0, state);
            FakeOutput out = new FakeOutput();
            sink.handle(0, List.of(Events.event(1, "{}"),
                    Events.event(2, "{\"message\":\"" + "x".repeat(20_000) + "\"}"), Events.event(3, "{}")), out);
            sink.flush(Commit.NONE);
            assertThat(out.said()).extracting(FakeOutput.Said::kind).containsExactly("done", "dead", "done");
            assertThat(counts.rejected()).isEqualTo(1);
        }
    }

    @Test
    void aTopicThatIsMissingIsSaid() {
        KafkaSink sink = new KafkaSink(
                config(SharedBroker.config("").bootstrapServers(), prefix + "none", marks, Map.of(), null),
                prefix + "n", false, counts, alarms::add);
        assertThatThrownBy(() -> sink.assigned(0, state)).isInstanceOf(LogException.class)
                .hasMessageContaining("there is no topic \"" + prefix + "none\"; create it");
    }

    /** The sink on the real loop; between the target's commit and the log's the loop is thrown out, over and over. */
    @Test
    void onTheRealLoopEachEventIsThereOnceAlsoWhenItsCommitsFail() {
        AtomicInteger flushes = new AtomicInteger();
        List<Event> events = Events.range(0, 3000);
        try (DurableLog log = SharedBroker.open(prefix + "log.", List.of("lake"))) {
            log.run(new StageSpec("lake", List.of(Stream.INTAKE), 1, true, _ -> new Failing(sink("lake", false), () -> {
                if (flushes.incrementAndGet() % 3 == 1) {
                    throw new Unavailable("the process would die here", new IllegalStateException());
                }
            })));
            for (int i = 0; i < 3000; i += 100) {
                log.appender().append(events.subList(i, i + 100), List.of(), Map.of()).join();
                if (i % 1000 == 900) {
                    // However fast the machine is, there are several commits.
                    int sent = i + 100;
                    await().atMost(Duration.ofSeconds(60)).until(() -> delivered().size() >= sent);
                }
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> log.audit().verdict().equals("balanced"));
        }
        assertThat(delivered()).doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(events.stream().map(e -> e.id().toString()).toList());
        assertThat(flushes.get()).isGreaterThan(2);
        assertThat(alarms).isEmpty();
    }

    /** Fails after the flush, when the target has committed and the log has not. */
    private record Failing(KafkaSink sink, Runnable fault) implements Stage {
        @Override
        public void assigned(int partition, State state) {
            sink.assigned(partition, state);
        }

        @Override
        public void revoked(int partition) {
            sink.revoked(partition);
        }

        @Override
        public void handle(int partition, List<Event> events, Output out) {
            sink.handle(partition, events, out);
        }

        @Override
        public void flush(Commit commit) {
            sink.flush(commit);
            fault.run();
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> config("kafka", "t", "m", Map.of(), null)).hasMessageContaining("bootstrap_servers");
        assertThatThrownBy(() -> config("k:1", "a b", "m", Map.of(), null)).hasMessageContaining("topic may have");
        assertThatThrownBy(() -> config("k:1", "t", "t", Map.of(), null)).hasMessageContaining("marks");
        assertThatThrownBy(() -> config("k:1", "t", "m", Map.of("acks", "0"), null)).hasMessageContaining("acks");
        TlsConfig tls = new TlsConfig(null, null, null, true);
        assertThatThrownBy(() -> config("k:1", "t", "m", Map.of("security.protocol", "PLAINTEXT"), tls))
                .hasMessageContaining("security.protocol");
        assertThat(config("192.0.2.1:9092", "t", "m", Map.of(), null).clearText()).isPresent();
        assertThat(config("192.0.2.1:9092", "t", "m", Map.of(), tls).clearText()).isEmpty();
        assertThat(config("127.0.0.1:9092", "t", "m", Map.of(), null).clearText()).isEmpty();
    }
}
