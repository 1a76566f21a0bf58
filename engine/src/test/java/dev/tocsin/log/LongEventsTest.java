package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Events of megabytes that pack to nothing: what a stage holds is bounded by what they are unpacked. */
class LongEventsTest {
    private static final int EVENT_BYTES = 2 << 20;
    private static final int EVENTS = 60;

    /** Would commit once an hour, and passes everything on. */
    private static final class Holding implements Stage {
        final AtomicLong held = new AtomicLong();
        final AtomicLong heldMost = new AtomicLong();
        final AtomicLong batchMost = new AtomicLong();
        final AtomicInteger handled = new AtomicInteger();

        @Override
        public void handle(int partition, List<Event> events, Output out) {
            long bytes = events.stream().mapToLong(e -> e.json().length).sum();
            batchMost.accumulateAndGet(bytes, Math::max);
            heldMost.accumulateAndGet(held.addAndGet(bytes), Math::max);
            events.forEach(e -> out.pass(Stream.EVENTS, e));
            handled.addAndGet(events.size());
        }

        @Override
        public void flush(Commit commit) {
            held.set(0);
        }

        @Override
        public Duration commitInterval() {
            return Duration.ofHours(1);
        }
    }

    @Test
    void aStageHoldsABoundedNumberOfBytesHoweverLongTheEventsAre() {
        String prefix = SharedBroker.newPrefix();
        Holding stage = new Holding();
        String json = "{\"n\":\"" + "x".repeat(EVENT_BYTES) + "\"}";
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            for (int n = 0; n < EVENTS; n++) {
                log.appender().append(List.of(Events.of("acme", "host1", n, json)), List.of(), Map.of()).join();
            }
            log.run(new StageSpec("holding", List.of(Stream.INTAKE), 1, false, _ -> stage));
            await().atMost(Duration.ofMinutes(2)).until(() -> stage.handled.get() == EVENTS);
        }
        assertThat(stage.batchMost.get()).isLessThanOrEqualTo((8L << 20) + EVENT_BYTES + 100);
        // What came in and what goes out both count: 32 MiB of the two are 16 MiB of events and one batch.
        assertThat(stage.heldMost.get()).isLessThanOrEqualTo((16L << 20) + (8L << 20) + EVENT_BYTES + 1_000);
        assertThat(StageLoopTest.read(prefix, Stream.EVENTS)).hasSize(EVENTS);
    }
}
