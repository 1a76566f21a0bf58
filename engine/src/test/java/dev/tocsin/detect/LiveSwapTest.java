package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.log.AuditReport;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.Events;
import dev.tocsin.log.Output;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.log.Stage;
import dev.tocsin.log.StageSpec;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Rules are exchanged again and again while events flow through a real log. */
class LiveSwapTest {
    private static final int EVENTS = Integer.getInteger("tocsin.swap.events", 20_000);
    private static final Duration LONG = Duration.ofMinutes(2);

    /** Matches every event by one rule, whose title says of which content it is. */
    private record Everything(String content) implements Ruleset {
        @Override
        public Matches match(byte[] body, LogSource logSource) {
            return Matches.of(rules());
        }

        @Override
        public List<DetectionRule> matchNaively(byte[] body, LogSource logSource) {
            return match(body, logSource).rules();
        }

        @Override
        public List<DetectionRule> rules() {
            return List.of(new DetectionRule("r-1", "rule of " + content, "low", "", List.of(), List.of(), "r.yml"));
        }
    }

    /** Notes the contents of the alerts of each batch. */
    private static final class Watched implements Stage {
        private final Stage stage;
        private final ConcurrentLinkedQueue<Set<String>> batches;

        Watched(Stage stage, ConcurrentLinkedQueue<Set<String>> batches) {
            this.stage = stage;
            this.batches = batches;
        }

        @Override
        public void handle(int partition, List<Event> events, Output out) throws Exception {
            Set<String> contents = new HashSet<>();
            Output watching = (Output) Proxy.newProxyInstance(Output.class.getClassLoader(),
                    new Class<?>[]{Output.class}, (_, method, arguments) -> {
                        if (method.getName().equals("make")) {
                            contents.add(Json.read(((Event) arguments[1]).json()).path("content").asString());
                        }
                        return method.invoke(out, arguments);
                    });
            stage.handle(partition, events, watching);
            batches.add(contents);
        }
    }

    private static List<Event> alerts(DurableLog log) throws IOException {
        List<Event> alerts = new ArrayList<>();
        log.read(Stream.ALERTS, Instant.EPOCH, Instant.MAX, new StreamReading.Receiver() {
            @Override
            public void begin(long records) {
                assertThat(records).isGreaterThanOrEqualTo(EVENTS);
            }

            @Override
            public void event(Event event) {
                alerts.add(event);
            }
        });
        return alerts;
    }

    @Test
    void noEventIsLostOrDoubledAndEachBatchSeesOneContent() throws Exception {
        ActiveRules active = new ActiveRules(new Everything("c0"));
        ConcurrentLinkedQueue<Set<String>> batches = new ConcurrentLinkedQueue<>();
        AtomicInteger exchanges = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), List.of())) {
            log.run(new StageSpec("process", List.of(Stream.INTAKE), 1, false,
                    _ -> (Stage) (_, events, out) -> events.forEach(e -> out.pass(Stream.EVENTS, e))));
            log.run(new StageSpec("detect", List.of(Stream.EVENTS), 1, false,
                    _ -> new Watched(new DetectStage(active, new Alerts("blue", "s", 1),
                            new MatchFeed(CorrelateConfig.DEFAULT, "s", java.time.Clock.systemUTC()), 0), batches)));
            Thread swapper = Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    active.exchange(new Everything("c" + exchanges.incrementAndGet()));
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                }
            });
            for (int from = 0; from < EVENTS; from += 500) {
                log.appender().append(Events.range(from, from + 500), List.of(), Map.of()).join();
            }
            await().atMost(LONG).untilAsserted(() -> {
                AuditReport audit = log.audit();
                assertThat(audit.links()).anyMatch(l -> l.reader().equals("detect"));
                assertThat(audit.verdict()).isEqualTo("balanced");
                assertThat(active.alerts()).isEqualTo(EVENTS);
            });
            done.set(true);
            swapper.join();

            Map<String, Integer> alertsByEvent = new HashMap<>();
            Set<String> contents = new HashSet<>();
            for (Event alert : alerts(log)) {
                JsonNode json = Json.read(alert.json());
                String content = json.path("content").asString();
                contents.add(content);
                assertThat(json.path("rule").path("title").asString()).isEqualTo("rule of " + content);
                alertsByEvent.merge(json.path("events").get(0).asString(), 1, Integer::sum);
            }
            assertThat(alertsByEvent).hasSize(EVENTS);
            assertThat(alertsByEvent.values()).containsOnly(1);
            assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(1));
            // Or the test has shown nothing.
            assertThat(contents).hasSizeGreaterThan(3);
            assertThat(exchanges.get()).isGreaterThan(20);
        }
    }
}
