package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.log.Stream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From events to alerts of correlations over a real log. */
class CorrelateStageTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration IDLE = Duration.ofMillis(300);
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path directory;

    private final List<Event> alerts = new CopyOnWriteArrayList<>();

    private static void append(DurableLog log, List<Event> events) {
        for (Event e : events) {
            log.appender().append(List.of(e), List.of(), Map.of()).join();
        }
    }

    private List<JsonNode> bodies() {
        return alerts.stream().map(a -> Json.read(a.json())).toList();
    }

    @Test
    void aFewFailedLogonsAreOneAlertAndNothingElseAndItSaysWhy() {
        ActiveRules active = new ActiveRules(Logons.rules(directory, "1m", false));
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), Logons.STATEFUL)) {
            log.tap(Stream.ALERTS, alerts::add);
            Logons.run(log, active, IDLE);
            List<Event> events = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                events.add(Logons.logon(i, NOON.plusSeconds(10L * i), "alice", "failed"));
                events.add(Logons.logon(10 + i, NOON.plusSeconds(10L * i), "user" + i, "failed"));
            }
            append(log, events);
            await().atMost(LONG).untilAsserted(() -> assertThat(alerts).hasSize(1));
            JsonNode alert = bodies().getFirst();
            List<EventId> firing = List.of(events.get(0).id(), events.get(2).id(), events.get(4).id());
            assertThat(alerts.getFirst().id()).isEqualTo(EventId.ofAlert("brute-force", firing));
            assertThat(alert.get("events").values().stream().map(JsonNode::asString).toList())
                    .containsExactlyElementsOf(firing.stream().map(EventId::toString).toList());
            assertThat(alert.get("group").toString()).isEqualTo("{\"User\":\"alice\"}");
            assertThat(alert.get("time").asString()).isEqualTo("2026-03-01T12:00:20Z");
            assertThat(alert.get("rule").get("author").asString()).isEqualTo("A. Author");
            assertThat(alert.get("rule").get("references").get(0).asString()).isEqualTo("https://example.org/brute");
            assertThat(alert.get("summary").asString())
                    .isEqualTo("Many failed logons: 3 matches within 1 min, User alice");
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(log.audit().problems()).isEmpty();
                assertThat(log.audit().links()).anyMatch(l -> l.reader().equals("correlate"));
            });
            assertThat(log.stage("correlate").orElseThrow().status().in()).isEqualTo(8);
            assertThat(active.hits("brute-force")).isEqualTo(1);
            assertThat(active.hits("failed")).isEqualTo(8);
            assertThat(active.alerts()).isEqualTo(1);
        }
    }

    @Test
    void whatACorrelationFindsFeedsAnotherThroughTheLog() {
        ActiveRules active = new ActiveRules(Logons.rules(directory, "1m", true));
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), Logons.STATEFUL)) {
            log.tap(Stream.ALERTS, alerts::add);
            Logons.run(log, active, IDLE);
            List<Event> events = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                events.add(Logons.logon(i, NOON.plusSeconds(i), "alice", "failed"));
            }
            events.add(Logons.logon(5, NOON.plusSeconds(60), "alice", "ok"));
            append(log, events);
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(bodies()).extracting(b -> b.get("rule").get("id").asString())
                            .containsExactlyInAnyOrder("brute-force", "succeeded", "broken-in"));
            await().atMost(LONG).untilAsserted(() -> assertThat(log.audit().problems()).isEmpty());
        }
    }

    @Test
    void aRewindDecidesAgainAndFindsTheSame() {
        ActiveRules active = new ActiveRules(Logons.rules(directory, "1m", true));
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), Logons.STATEFUL)) {
            log.tap(Stream.ALERTS, alerts::add);
            Logons.run(log, active, IDLE);
            for (int i = 0; i < 6; i++) {
                append(log, List.of(Logons.logon(i, NOON.plusSeconds(i), i % 2 == 0 ? "alice" : "bob", "failed")));
            }
            await().atMost(LONG).until(() -> count("brute-force") == 2);
            log.stage("correlate").orElseThrow().rewind(Optional.empty());
            await().atMost(LONG).until(() -> count("brute-force") == 4);
            assertThat(alerts.stream().map(Event::id).distinct().count()).isEqualTo(2);
            assertThat(log.dead().list(10)).isEmpty();
            // What is half found after the rewind is found whole by what comes then.
            append(log, List.of(Logons.logon(20, NOON.plusSeconds(9), "alice", "ok")));
            await().atMost(LONG).until(() -> count("broken-in") == 1);
            await().atMost(LONG).untilAsserted(() -> assertThat(log.audit().problems()).isEmpty());
        }
    }

    private long count(String rule) {
        return bodies().stream().filter(b -> b.get("rule").get("id").asString().equals(rule)).count();
    }

    @Test
    void aMatchWithoutTheValueThatIsCountedIsCountedItself() throws Exception {
        Files.writeString(directory.resolve("rules.yml"), """
                title: Failed logon
                id: failed
                logsource: {product: test}
                detection: {s: {Result: failed}, condition: s}
                ---
                title: Many hosts
                id: hosts
                correlation:
                  type: value_count
                  rules: failed
                  timespan: 1m
                  condition: {field: Host, gte: 1}
                """);
        ActiveRules active = new ActiveRules(
                SigmaLoading.load(DetectConfig.of(List.of(directory), List.of())).ruleset());
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), Logons.STATEFUL)) {
            Logons.run(log, active, IDLE);
            append(log, List.of(Logons.logon(0, NOON, "alice", "failed"), Logons.logon(1, NOON, "bob", "failed")));
            await().atMost(LONG).until(() -> active.unkeyed() == 2);
            assertThat(active.hits("failed")).isEqualTo(2);
        }
    }

    @Test
    void whatComesTooLateIsKeptInDeadAndSaysWhy() {
        ActiveRules active = new ActiveRules(Logons.rules(directory, "1m", false));
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), Logons.STATEFUL)) {
            log.tap(Stream.ALERTS, alerts::add);
            Logons.run(log, active, IDLE);
            for (int i = 0; i < 3; i++) {
                append(log, List.of(Logons.logon(i, NOON.plusSeconds(i), "alice", "failed")));
            }
            await().atMost(LONG).untilAsserted(() -> assertThat(alerts).hasSize(1));
            append(log, List.of(Logons.logon(9, NOON.minusSeconds(60), "alice", "failed")));
            await().atMost(LONG).untilAsserted(() -> assertThat(log.dead().list(10)).singleElement()
                    .satisfies(d -> assertThat(d.cause()).startsWith("late for correlation brute-force")
                            .contains("2026-03-01T11:59:00Z").contains("detect.correlate.lateness")));
            await().atMost(LONG).untilAsserted(() -> assertThat(log.audit().problems()).isEmpty());
        }
    }

    @Test
    void groupsOutliveARestartAndAnExchangeOfContentThatDoesNotChangeTheirRule() {
        String prefix = SharedBroker.newPrefix();
        Ruleset before = Logons.rules(directory.resolve("a"), "1m", false);
        try (DurableLog log = SharedBroker.open(prefix, Logons.STATEFUL)) {
            Logons.run(log, new ActiveRules(before), Duration.ofMinutes(5));
            append(log, List.of(Logons.logon(0, NOON, "alice", "failed"),
                    Logons.logon(1, NOON.plusSeconds(1), "alice", "failed")));
            await().atMost(LONG).untilAsserted(
                    () -> assertThat(log.stage("correlate").orElseThrow().status().in()).isEqualTo(2));
        }
        ActiveRules active = new ActiveRules(before);
        try (DurableLog log = SharedBroker.open(prefix, Logons.STATEFUL)) {
            log.tap(Stream.ALERTS, alerts::add);
            Logons.run(log, active, IDLE);
            active.exchange(Logons.rules(directory.resolve("b"), "1m", true));
            append(log, List.of(Logons.logon(2, NOON.plusSeconds(2), "alice", "failed")));
            await().atMost(LONG).untilAsserted(() -> assertThat(alerts).hasSize(1));
            assertThat(bodies().getFirst().get("events")).hasSize(3);
        }
    }

    @Test
    void aRuleThatMeansSomethingElseStartsAnew() {
        ActiveRules active = new ActiveRules(Logons.rules(directory.resolve("a"), "1m", false));
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), Logons.STATEFUL)) {
            log.tap(Stream.ALERTS, alerts::add);
            Logons.run(log, active, IDLE);
            append(log, List.of(Logons.logon(0, NOON, "alice", "failed"),
                    Logons.logon(1, NOON.plusSeconds(1), "alice", "failed")));
            await().atMost(LONG).untilAsserted(
                    () -> assertThat(log.stage("correlate").orElseThrow().status().in()).isEqualTo(2));
            active.exchange(Logons.rules(directory.resolve("b"), "2m", false));
            for (int i = 2; i < 5; i++) {
                append(log, List.of(Logons.logon(i, NOON.plusSeconds(i), "alice", "failed")));
            }
            await().atMost(LONG).untilAsserted(() -> assertThat(alerts).hasSize(1));
            assertThat(bodies().getFirst().get("time").asString()).isEqualTo("2026-03-01T12:00:04Z");
        }
    }
}
