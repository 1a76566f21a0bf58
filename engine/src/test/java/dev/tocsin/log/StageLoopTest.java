package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The stage loop over a real broker. */
class StageLoopTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    /** Passes everything on. */
    private static final class PassOn implements Stage {
        @Override
        public void handle(int partition, List<Event> events, Output out) {
            events.forEach(e -> out.pass(Stream.EVENTS, e));
        }
    }

    private static StageSpec spec(String name, Stage stage) {
        return new StageSpec(name, List.of(Stream.INTAKE), 1, false, _ -> stage);
    }

    static List<Event> read(String prefix, Stream stream) {
        List<Event> out = new ArrayList<>();
        try (var reader = SharedBroker.clients().freeReader()) {
            Restore.readAll(SharedBroker.clients(), reader, Tailer.partitions(new Topics(prefix, 2), stream.topic()),
                    (ConsumerRecord<String, byte[]> r) -> out.add(Records.event(r)));
        }
        return out;
    }

    private static void awaitBalanced(DurableLog log, String stage) {
        await().atMost(LONG).untilAsserted(() -> {
            AuditReport report = log.audit();
            assertThat(report.problems()).isEmpty();
            assertThat(report.links()).anyMatch(l -> l.reader().equals(stage));
            assertThat(report.verdict()).isEqualTo("balanced");
        });
    }

    @Test
    void eventsKeepTheirEnvelopeAndTheirOrderPerSender() {
        String prefix = SharedBroker.newPrefix();
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            log.run(spec("pass", new PassOn()));
            List<Event> events = Events.range(0, 5_000);
            for (int i = 0; i < 5_000; i += 100) {
                log.appender().append(events.subList(i, i + 100), List.of(), Map.of()).join();
            }
            awaitBalanced(log, "pass");
            List<Event> passed = read(prefix, Stream.EVENTS);
            assertThat(passed).containsExactlyInAnyOrderElementsOf(events);
            Map<String, Long> last = new ConcurrentHashMap<>();
            for (Event e : passed) {
                assertThat(e.origin().sequence()).isGreaterThan(last.getOrDefault(e.key(), 0L));
                last.put(e.key(), e.origin().sequence());
            }
        }
    }

    @Test
    void onlyTheEventAtFaultGoesToDeadAndWhatItHalfDidIsUndone() {
        String prefix = SharedBroker.newPrefix();
        AtomicInteger restarts = new AtomicInteger();
        Stage stage = new Stage() {
            private State state;

            @Override
            public void assigned(int partition, State given) {
                state = given;
                restarts.incrementAndGet();
            }

            @Override
            public void handle(int partition, List<Event> events, Output out) {
                for (Event e : events) {
                    state.put("seen-" + e.id(), new byte[]{1});
                    out.make(Stream.ALERTS, e.derive(EventId.ofAlert("r", List.of(e.id())), e.time(), "", e.logSource(),
                            e.json()));
                    if (new String(e.json(), StandardCharsets.UTF_8).contains("line 77\"")) {
                        throw new IllegalStateException("poison");
                    }
                    out.pass(Stream.EVENTS, e);
                }
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of("poisoned"))) {
            log.run(new StageSpec("poisoned", List.of(Stream.INTAKE), 1, true, _ -> stage));
            log.appender().append(Events.range(0, 200), List.of(), Map.of()).join();
            awaitBalanced(log, "poisoned");
            assertThat(read(prefix, Stream.EVENTS)).hasSize(199);
            assertThat(read(prefix, Stream.ALERTS)).hasSize(199).doesNotHaveDuplicates();
            assertThat(log.dead().list(10)).singleElement().satisfies(d -> {
                assertThat(d.id()).isEqualTo(Events.numbered(77).id());
                assertThat(d.cause()).contains("poison");
                assertThat(d.original()).isEqualTo("line 77");
                assertThat(d.state()).isEqualTo("waiting");
            });
            assertThat(restarts.get()).isGreaterThan(2);
        }
    }

    @Test
    void aStageThatSaysNothingOfAnEventCommitsNothingOfIt() {
        String prefix = SharedBroker.newPrefix();
        Stage forgetful = new Stage() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                events.stream().filter(e -> !e.id().equals(Events.numbered(3).id()))
                        .forEach(e -> out.pass(Stream.EVENTS, e));
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            log.run(spec("forgetful", forgetful));
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).join();
            awaitBalanced(log, "forgetful");
            assertThat(read(prefix, Stream.EVENTS)).hasSize(9);
            assertThat(log.dead().list(10)).singleElement()
                    .satisfies(d -> assertThat(d.cause()).contains("did not say what became of"));
        }
    }

    @Test
    void whatIsUnavailableIsTriedAgainAndNothingGoesToDead() {
        String prefix = SharedBroker.newPrefix();
        AtomicBoolean away = new AtomicBoolean(true);
        Stage stage = new Stage() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                if (away.get()) {
                    throw new Unavailable("the disk is away", new java.io.IOException("no"));
                }
                events.forEach(out::done);
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            StageLoop loop = log.run(spec("waiting", stage));
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).join();
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(loop.status().state()).isEqualTo("failing");
                assertThat(loop.status().error()).contains("the disk is away").contains("nothing is lost");
            });
            away.set(false);
            awaitBalanced(log, "waiting");
            assertThat(log.dead().list(10)).isEmpty();
            assertThat(loop.status().state()).isEqualTo("running");
        }
    }

    @Test
    void stateIsThereAgainAfterARestart() {
        String prefix = SharedBroker.newPrefix();
        Map<String, Integer> restored = new ConcurrentHashMap<>();
        class Counting implements Stage {
            private final Map<Integer, State> states = new ConcurrentHashMap<>();

            @Override
            public void assigned(int partition, State state) {
                states.put(partition, state);
                state.entries().forEach((k, v) -> restored.put(k, (int) v[0]));
            }

            @Override
            public void handle(int partition, List<Event> events, Output out) {
                for (Event e : events) {
                    State state = states.get(partition);
                    byte[] old = state.get(e.key());
                    state.put(e.key(), new byte[]{(byte) (old == null ? 1 : old[0] + 1)});
                    out.done(e);
                }
            }
        }
        for (int round = 0; round < 3; round++) {
            try (DurableLog log = SharedBroker.open(prefix, List.of("counting"))) {
                log.run(new StageSpec("counting", List.of(Stream.INTAKE), 1, true, _ -> new Counting()));
                log.appender().append(Events.range(round * 50, round * 50 + 50), List.of(), Map.of()).join();
                awaitBalanced(log, "counting");
            }
        }
        assertThat(restored).hasSize(5).allSatisfy((_, n) -> assertThat(n).isEqualTo(20));
    }

    /** Keeps its results outside the log, and dies between its own commit and the log's when told to. */
    private static final class Outside implements Stage {
        private final List<EventId> kept;
        private final List<EventId> pending = new ArrayList<>();
        private final Commit[] commit;
        private final AtomicInteger deaths;

        Outside(List<EventId> kept, Commit[] commit, AtomicInteger deaths) {
            this.kept = kept;
            this.commit = commit;
            this.deaths = deaths;
        }

        @Override
        public void assigned(int partition, State state) {
            pending.clear();
        }

        @Override
        public void handle(int partition, List<Event> events, Output out) {
            for (Event e : events) {
                pending.add(e.id());
                out.done(e);
            }
        }

        @Override
        public void flush(Commit given) {
            kept.addAll(pending);
            pending.clear();
            commit[0] = given;
            if (deaths.getAndDecrement() > 0) {
                throw new IllegalStateException("dies after its own commit, before the log's");
            }
        }

        @Override
        public Commit recovered() {
            return commit[0];
        }
    }

    @Test
    void anOutsideCommitAheadOfTheLogIsNeitherRepeatedNorForgotten() {
        String prefix = SharedBroker.newPrefix();
        List<EventId> kept = new CopyOnWriteArrayList<>();
        Commit[] commit = {Commit.EMPTY};
        AtomicInteger deaths = new AtomicInteger(3);
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            log.run(spec("outside", new Outside(kept, commit, deaths)));
            for (int i = 0; i < 10; i++) {
                log.appender().append(Events.range(i * 10, i * 10 + 10), List.of(), Map.of()).join();
                // Each batch is a commit of its own, so there are as many as are to die.
                awaitBalanced(log, "outside");
            }
        }
        assertThat(deaths.get()).isLessThanOrEqualTo(0);
        assertThat(kept).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void lostOutsideResultsAreReadAgainFromTheOldestRecord() {
        String prefix = SharedBroker.newPrefix();
        List<EventId> kept = new CopyOnWriteArrayList<>();
        Commit[] commit = {Commit.EMPTY};
        AtomicInteger none = new AtomicInteger();
        for (int round = 0; round < 2; round++) {
            try (DurableLog log = SharedBroker.open(prefix, List.of())) {
                log.run(spec("lossy", new Outside(kept, commit, none)));
                if (round == 0) {
                    log.appender().append(Events.range(0, 100), List.of(), Map.of()).join();
                }
                await().atMost(LONG).until(() -> kept.size() == 100);
                awaitBalanced(log, "lossy");
            }
            kept.clear();
            commit[0] = Commit.EMPTY;
        }
    }

    @Test
    void aStageCanBePausedResumedAndRewound() {
        String prefix = SharedBroker.newPrefix();
        AtomicInteger handled = new AtomicInteger();
        Stage stage = new Stage() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                handled.addAndGet(events.size());
                events.forEach(out::done);
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            StageLoop loop = log.run(spec("levers", stage));
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).join();
            await().atMost(LONG).until(() -> handled.get() == 10);
            loop.pause();
            await().atMost(LONG).until(() -> loop.status().state().equals("paused"));
            log.appender().append(Events.range(10, 20), List.of(), Map.of()).join();
            await().during(Duration.ofMillis(400)).until(() -> handled.get() <= 10);
            loop.resume();
            await().atMost(LONG).until(() -> handled.get() == 20);
            loop.rewind(Optional.of(Events.numbered(15).time()));
            await().atMost(LONG).untilAsserted(() -> assertThat(handled.get()).isBetween(25, 30));
            handled.set(0);
            loop.rewind(Optional.empty());
            await().atMost(LONG).until(() -> handled.get() == 20);
            awaitBalanced(log, "levers");
        }
    }

    @Test
    void aDeadLetterCanBeReplayedAndThenPasses() {
        String prefix = SharedBroker.newPrefix();
        AtomicBoolean mended = new AtomicBoolean();
        Stage stage = new Stage() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                events.forEach(e -> {
                    if (mended.get()) {
                        out.pass(Stream.EVENTS, e);
                    } else {
                        out.dead(e, "not yet understood");
                    }
                });
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            log.run(spec("mended", stage));
            List<Event> events = Events.range(0, 4);
            log.appender().append(events, List.of(), Map.of()).join();
            awaitBalanced(log, "mended");
            assertThat(log.dead().list(10)).hasSize(4);
            mended.set(true);
            assertThat(log.dead().replay(List.of(events.get(0).id(), events.get(1).id()), "tester")).isEqualTo(2);
            assertThat(log.dead().drop(List.of(events.get(2).id()), "tester")).isEqualTo(1);
            awaitBalanced(log, "mended");
            assertThat(read(prefix, Stream.EVENTS)).containsExactlyInAnyOrder(events.get(0), events.get(1));
            await().atMost(LONG).untilAsserted(() -> assertThat(log.dead().list(10)).extracting(DeadEntry::state)
                    .containsExactlyInAnyOrder("replayed", "replayed", "dropped", "waiting"));
        }
    }

    @Test
    void recordsOfStrangersAreKeptInDead() throws Exception {
        String prefix = SharedBroker.newPrefix();
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            log.run(spec("strangers", new PassOn()));
            try (var producer = SharedBroker.clients().producer(prefix + "stranger")) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(prefix + "intake", 0, "k",
                        "not ours".getBytes(StandardCharsets.UTF_8)));
                producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(prefix + "intake", 0, "k", null));
                producer.commitTransaction();
            }
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).join();
            await().atMost(LONG).until(() -> read(prefix, Stream.EVENTS).size() == 10);
            assertThat(log.dead().list(10)).hasSize(2)
                    .allSatisfy(d -> assertThat(d.cause()).contains("not a record of ours").contains("offset"));
        }
    }

    @Test
    void aCursorIsWrittenWithItsEventsAndReadBack() {
        String prefix = SharedBroker.newPrefix();
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            log.appender().append(Events.range(0, 1), List.of(), Map.of("file/a", "10", "file/b", "20")).join();
            log.appender().append(Events.range(1, 2), List.of(), Map.of("file/a", "11")).join();
            assertThat(log.cursors()).containsOnly(Map.entry("file/a", "11"), Map.entry("file/b", "20"));
        }
    }
}
