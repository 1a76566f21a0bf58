package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.Appender;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A HEC client with acknowledgement against an intake that is killed, whose log is slow, and whose answers are lost. In
 * the end each event that the client saw acknowledged is durable, under one name, and no two events share one.
 */
class HecRetrySim {
    private static final int BATCHES = 400;

    /** A log of which a crash takes what is not durable yet. */
    private static final class CrashingLog implements Appender {
        private final Map<String, Set<EventId>> durable = new HashMap<>();
        private final Map<CompletableFuture<Void>, List<Event>> waiting = new LinkedHashMap<>();

        @Override
        public CompletableFuture<Void> append(List<Event> events, List<DeadLetter> dead, Map<String, String> cursors) {
            CompletableFuture<Void> future = new CompletableFuture<>();
            waiting.put(future, events);
            return future;
        }

        @Override
        public boolean refuses() {
            return false;
        }

        /** Up to so many batches reach the disk; the process may die before it hears of it. */
        void commit(int batches, boolean heard) {
            Iterator<Map.Entry<CompletableFuture<Void>, List<Event>>> it = waiting.entrySet().iterator();
            for (int i = 0; i < batches && it.hasNext(); i++) {
                Map.Entry<CompletableFuture<Void>, List<Event>> e = it.next();
                for (Event event : e.getValue()) {
                    String text = Json.read(event.json()).at("/event/original").asString();
                    durable.computeIfAbsent(text, _ -> new HashSet<>()).add(event.id());
                }
                it.remove();
                if (heard) {
                    e.getKey().complete(null);
                }
            }
        }
    }

    private final CrashingLog log = new CrashingLog();
    private long epoch;
    private HttpIntake intake = start();

    private HttpIntake start() {
        HttpIntake started = new HttpIntake("web", HttpRig.config(List.of()),
                new Collector("main", "n1", ++epoch, log, () -> Instant.EPOCH));
        started.start();
        return started;
    }

    private JsonNode post(String path, String body, boolean answerArrives) {
        HttpIntake.Response r = intake.handle(new HttpIntake.Request("POST", path, "channel=c1", _ -> null,
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), "10.0.0.1"));
        if (answerArrives) {
            r.sent().run();
        }
        return Json.read(r.body());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whatTheClientSawAcknowledgedIsDurableUnderOneName(long seed) {
        Random random = new Random(seed);
        List<String> unsent = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            // The last two are equal: two events, distinguished only by their place in the request.
            unsent.add("{\"event\":\"%d a\"}{\"event\":\"%d b\",\"time\":%d}{\"event\":\"%d b\",\"time\":%d}"
                    .formatted(i, i, i, i, i));
        }
        Map<Long, String> pending = new LinkedHashMap<>();
        int acknowledged = 0;
        for (int step = 0; acknowledged < BATCHES; step++) {
            assertThat(step).as("steps; the client waits for ever for a lost batch").isLessThan(100_000);
            switch (random.nextInt(10)) {
                case 0 -> {
                    log.commit(random.nextInt(5), false);
                    log.waiting.clear();
                    intake = start();
                }
                case 1 -> {
                    // The client gives up waiting and sends again what was not acknowledged.
                    unsent.addAll(0, pending.values());
                    pending.clear();
                }
                case 2, 3 -> log.commit(random.nextInt(8), true);
                case 4, 5 -> {
                    JsonNode acks = post("/services/collector/ack", "{\"acks\":" + pending.keySet() + "}", true)
                            .path("acks");
                    for (Long id : List.copyOf(pending.keySet())) {
                        if (acks.path(Long.toString(id)).asBoolean()) {
                            assertDurable(pending.remove(id));
                            acknowledged++;
                        }
                    }
                }
                default -> {
                    if (!unsent.isEmpty()) {
                        String batch = unsent.removeFirst();
                        boolean arrives = random.nextInt(5) > 0;
                        JsonNode answer = post("/services/collector/event", batch, arrives);
                        if (arrives) {
                            pending.put(answer.path("ackId").asLong(), batch);
                        } else {
                            unsent.add(batch);
                        }
                    }
                }
            }
        }
        assertThat(log.durable).hasSize(BATCHES * 2);
        Set<EventId> all = new HashSet<>();
        log.durable.forEach((text, names) -> {
            assertThat(names).as(text).hasSize(text.endsWith("b") ? 2 : 1);
            all.addAll(names);
        });
        assertThat(all).hasSize(BATCHES * 3);
    }

    private void assertDurable(String batch) {
        String number = batch.substring(batch.indexOf(":\"") + 2, batch.indexOf(' '));
        assertThat(log.durable.keySet().containsAll(List.of(number + " a", number + " b")))
                .as("batch %s, which was acknowledged, is durable", number).isTrue();
    }
}
