package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What one event, or one moment, could do to stop a stage or the intake for good. */
class StallTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    /** Says of each event that it is done. */
    private static class Done implements Stage {
        final AtomicInteger handled = new AtomicInteger();

        @Override
        public void handle(int partition, List<Event> events, Output out) {
            handled.addAndGet(events.size());
            events.forEach(out::done);
        }
    }

    private static StageLoop run(DurableLog log, String name, Stage stage) {
        return log.run(new StageSpec(name, List.of(Stream.INTAKE), 1, false, _ -> stage));
    }

    @Test
    void anEventOfAnyTimeGoesOn() {
        String prefix = SharedBroker.newPrefix();
        List<Instant> times = List.of(Instant.parse("2099-12-31T23:59:59Z"), Instant.EPOCH,
                Instant.parse("0001-01-01T00:00:00Z"), Instant.now().plus(Duration.ofHours(2)));
        Stage dated = new Stage() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                for (Event e : events) {
                    Instant time = times.get((int) e.origin().sequence() % times.size());
                    out.pass(Stream.EVENTS, e.with(time, "", e.logSource(), e.json()));
                }
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            run(log, "dated", dated);
            log.appender().append(Events.range(0, 8), List.of(), Map.of()).join();
            await().atMost(LONG).until(() -> StageLoopTest.read(prefix, Stream.EVENTS).size() == 8);
        }
    }

    @Test
    void anEventAtFaultFarBehindTheLastCommitIsFound() {
        String prefix = SharedBroker.newPrefix();
        Stage rarelyCommitting = new Done() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                if (events.stream().anyMatch(e -> Events.body(e).contains("line 29999\""))) {
                    throw new IllegalStateException("poison");
                }
                super.handle(partition, events, out);
            }

            @Override
            public Duration commitInterval() {
                return Duration.ofHours(1);
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            log.appender().append(Events.range(0, 30_000), List.of(), Map.of()).join();
            run(log, "rare", rarelyCommitting);
            await().atMost(LONG).until(() -> log.dead().list(10).size() == 1);
        }
    }

    @Test
    void anErrorThatIsNoExceptionCostsOneEventAndNotTheStage() {
        String prefix = SharedBroker.newPrefix();
        Stage linking = new Done() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                if (events.stream().anyMatch(e -> Events.body(e).contains("line 3\""))) {
                    throw new NoClassDefFoundError("poison");
                }
                super.handle(partition, events, out);
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            StageLoop loop = run(log, "linking", linking);
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).join();
            await().atMost(LONG).until(() -> loop.status().in() == 10);
            assertThat(log.dead().list(10)).singleElement()
                    .satisfies(d -> assertThat(d.cause()).contains("NoClassDefFoundError"));
        }
    }

    @Test
    void anErrorOutsideABatchDoesNotEndTheWorker() {
        AtomicInteger errors = new AtomicInteger(2);
        Done flushing = new Done() {
            @Override
            public void flush(Commit commit) {
                if (errors.getAndDecrement() > 0) {
                    throw new AssertionError("what should not be");
                }
            }
        };
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), List.of())) {
            StageLoop loop = run(log, "flushing", flushing);
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).join();
            await().atMost(LONG).until(() -> loop.status().in() == 10);
        }
    }

    @Test
    void aStrangersHeaderWithoutAValueIsKeptInDead() {
        String prefix = SharedBroker.newPrefix();
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            StageLoop loop = run(log, "headers", new Done());
            try (var producer = SharedBroker.clients().producer(prefix + "stranger")) {
                producer.initTransactions();
                producer.beginTransaction();
                var record = new ProducerRecord<>(prefix + "intake", 0, "k", "{}".getBytes(StandardCharsets.UTF_8));
                record.headers().add("only-for", null);
                producer.send(record);
                producer.commitTransaction();
            }
            await().atMost(LONG).until(() -> loop.status().dead() == 1);
        }
    }

    @Test
    void whatIsTooLargeForTheLogHoldsUpNobodyElse() {
        String prefix = SharedBroker.newPrefix();
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            Event huge = Events.of("acme", "k", 1, "{\"x\":\"" + "y".repeat(40 << 20) + "\"}");
            var refused = log.appender().append(List.of(huge), List.of(), Map.of());
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).orTimeout(120, TimeUnit.SECONDS).join();
            await().atMost(LONG).until(refused::isDone);
            assertThat(log.audit().problems()).isEmpty();
        }
    }

    @Test
    void aStageThatMakesATooLargeEventLosesNoneAndGoesOn() {
        String prefix = SharedBroker.newPrefix();
        Stage swelling = new Stage() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                for (Event e : events) {
                    byte[] body = Events.body(e).contains("line 3\"") ? new byte[40 << 20] : e.json();
                    out.pass(Stream.EVENTS, e.with(e.time(), "", e.logSource(), body));
                }
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            StageLoop loop = run(log, "swelling", swelling);
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).join();
            await().atMost(LONG).until(() -> loop.status().out() == 9 && loop.status().dead() == 1);
        }
    }

    @Test
    void aRewindAskedForBeforeThePartitionsAreThereIsNotForgotten() {
        String prefix = SharedBroker.newPrefix();
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            run(log, "again", new Done());
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).join();
            await().atMost(LONG).until(() -> log.stage("again").orElseThrow().status().in() == 10);
        }
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            Done stage = new Done();
            run(log, "again", stage).rewind(Optional.empty());
            await().atMost(LONG).until(() -> stage.handled.get() == 10);
        }
    }

    @Test
    void whatMustBeReadAgainIsNotMarkedAsHandledMeanwhile() throws Exception {
        String prefix = SharedBroker.newPrefix();
        AtomicBoolean lost = new AtomicBoolean();
        Done stage = new Done() {
            private Commit last = Commit.EMPTY;

            @Override
            public void flush(Commit commit) {
                last = commit;
                if (lost.get()) {
                    last = Commit.EMPTY;
                    throw new Unavailable("away", new IOException("no"));
                }
            }

            @Override
            public Commit recovered() {
                return lost.get() ? Commit.EMPTY : last;
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of()); var admin = SharedBroker.clients().admin()) {
            StageLoop loop = run(log, "losing", stage);
            log.appender().append(Events.range(0, 100), List.of(), Map.of()).join();
            await().atMost(LONG).until(() -> loop.status().in() == 100);
            lost.set(true);
            log.appender().append(Events.range(100, 110), List.of(), Map.of()).join();
            await().atMost(LONG).untilAsserted(() -> assertThat(
                    admin.listConsumerGroupOffsets(prefix + Housekeeping.GROUP + "losing")
                            .partitionsToOffsetAndMetadata()
                            .get().values())
                    .isNotEmpty().allMatch(o -> o.offset() == 0));
        }
    }

    @Test
    void whatAStageHeldOfAFailedSessionIsLetGoOf() {
        String prefix = SharedBroker.newPrefix();
        List<String> calls = new CopyOnWriteArrayList<>();
        AtomicInteger failures = new AtomicInteger(1);
        Stage stage = new Done() {
            @Override
            public void assigned(int partition, State state) {
                calls.add("+" + partition);
            }

            @Override
            public void revoked(int partition) {
                calls.add("-" + partition);
            }

            @Override
            public void flush(Commit commit) {
                if (failures.getAndDecrement() > 0) {
                    throw new Unavailable("away", new IOException("no"));
                }
            }
        };
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            StageLoop loop = run(log, "letting", stage);
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).join();
            await().atMost(LONG).until(() -> loop.status().in() == 10);
            assertThat(calls).containsExactly("+0", "+1", "-0", "-1", "+0", "+1");
        }
    }

    @Test
    void aStageThatFailedOnceAndHasNothingToDoRuns() {
        AtomicInteger failures = new AtomicInteger(2);
        Stage opening = new Done() {
            @Override
            public void assigned(int partition, State state) {
                if (failures.getAndDecrement() > 0) {
                    throw new UncheckedIOException(new IOException("the file is not there yet"));
                }
            }
        };
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), List.of())) {
            StageLoop loop = run(log, "opening", opening);
            await().atMost(LONG).until(() -> failures.get() < 0);
            await().atMost(LONG).until(() -> loop.status().state().equals("running"));
        }
    }

    @Test
    void aPausedStageStaysPausedWhenItsSessionBeginsAnew() {
        AtomicBoolean away = new AtomicBoolean(true);
        Done stage = new Done() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                if (away.get()) {
                    throw new Unavailable("away", new IOException("no"));
                }
                super.handle(partition, events, out);
            }
        };
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), List.of())) {
            StageLoop loop = run(log, "resting", stage);
            log.appender().append(Events.range(0, 10), List.of(), Map.of()).join();
            await().atMost(LONG).until(() -> loop.status().state().equals("failing"));
            loop.pause();
            away.set(false);
            await().during(Duration.ofSeconds(2)).atMost(LONG).until(() -> stage.handled.get() == 0);
            loop.resume();
            await().atMost(LONG).until(() -> stage.handled.get() == 10);
        }
    }
}
