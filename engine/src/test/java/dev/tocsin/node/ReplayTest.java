package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.detect.ActiveRules;
import dev.tocsin.detect.CorrelateConfig;
import dev.tocsin.detect.DetectConfig;
import dev.tocsin.detect.Gate;
import dev.tocsin.detect.Logons;
import dev.tocsin.detect.QuarantineConfig;
import dev.tocsin.detect.Ruleset;
import dev.tocsin.event.Digest;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.AuditReport;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.EngineStatus;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.log.StageStatus;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import dev.tocsin.rollout.parity.Parity;
import dev.tocsin.rollout.parity.ParityReport;
import dev.tocsin.rollout.parity.Question;
import dev.tocsin.rollout.parity.Side;
import dev.tocsin.rollout.replay.ReplayDesk;
import dev.tocsin.rollout.replay.ReplayReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An engine that runs over the past again, beside the one that lives, over a real log. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReplayTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int USERS = 300;
    private static final Instant START = Instant.now().minus(Duration.ofMinutes(50)).truncatedTo(ChronoUnit.MINUTES);
    private static final CorrelateConfig CORRELATE = new CorrelateConfig(Duration.ofSeconds(5), Duration.ofMillis(300),
            1_000_000, ByteSize.parse("256MiB"));

    @TempDir
    Path directory;

    private final DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), Logons.STATEFUL);
    private Ruleset rules;
    private ReplayDesk desk;

    @BeforeEach
    void open() {
        rules = Logons.rules(directory.resolve("rules"), "1m", true);
        Logons.runProcess(log);
        Logons.runEngine(log, new ActiveRules(rules), Duration.ofMillis(300), "blue", Gate.NONE);
        DetectConfig config = new DetectConfig(List.of(), List.of(), "blue", CORRELATE, QuarantineConfig.DEFAULT, 0);
        desk = new ReplayDesk(log, directory.resolve("replays"), run -> NodeReplays.of(config, "paris", 1,
                log.partitions(), rules, run, problem -> {
                    throw new AssertionError(problem);
                }), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        desk.close();
        log.close();
    }

    /**
     * Half an hour, in which each user fails three times and then logs on, which is an alert each and a third one about both.
     *
     * @return the ids of the first two of each user
     */
    private Set<EventId> story() {
        Set<EventId> expected = new HashSet<>();
        List<Event> events = new ArrayList<>();
        int n = 0;
        for (int user = 0; user < USERS; user++) {
            Instant time = START.plusSeconds(6L * user);
            List<EventId> failed = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Event event = Logons.logon("customer" + user % 5, n++, time.plusSeconds(i), "user" + user, "failed");
                events.add(event);
                failed.add(event.id());
            }
            expected.add(EventId.ofAlert("brute-force", failed));
            Event ok = Logons.logon("customer" + user % 5, n++, time.plusSeconds(60 + user % 200), "user" + user, "ok");
            events.add(ok);
            expected.add(EventId.ofAlert("succeeded", List.of(ok.id())));
        }
        events.sort(Comparator.comparing(Event::time));
        for (int from = 0; from < events.size(); from += 100) {
            log.appender().append(events.subList(from, Math.min(events.size(), from + 100)), List.of(), Map.of())
                    .join();
        }
        return expected;
    }

    private Map<EventId, List<JsonNode>> read(Stream stream) throws IOException {
        Map<EventId, List<JsonNode>> found = new HashMap<>();
        log.read(stream, Instant.EPOCH, Instant.now().plus(Duration.ofDays(1)), new StreamReading.Receiver() {
            @Override
            public void begin(long records) {
                // Counted by what comes.
            }

            @Override
            public void event(Event event) {
                found.computeIfAbsent(event.id(), _ -> new ArrayList<>()).add(Json.read(event.json()));
            }
        });
        return found;
    }

    private Digest published() throws IOException {
        Digest.Adder sum = new Digest.Adder();
        read(Stream.ALERTS).forEach((id, bodies) -> bodies.forEach(_ -> sum.add(id)));
        return sum.digest();
    }

    private ReplayReport ended(String run) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(200))
                .until(() -> desk.find(run).orElseThrow().isOver());
        return desk.find(run).orElseThrow();
    }

    private List<String> stages() {
        return log.stageStatus().stream().map(StageStatus::name).toList();
    }

    @Test
    void aReplayRaisesTheSameAlertsAndTouchesNothing() throws Exception {
        Set<EventId> expected = story();
        await().atMost(SOON).pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(read(Stream.ALERTS).keySet()).hasSize(3 * USERS).containsAll(expected));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(log.audit().verdict()).isEqualTo("balanced");
            // Two alerts of each user, and what one correlation finds for the other.
            assertThat(log.audit().rows().stream().filter(r -> r.stage().equals("correlate"))
                    .mapToLong(AuditReport.Row::made).sum()).isEqualTo(3 * USERS);
        });
        Digest before = published();
        AuditReport audit = log.audit();
        List<String> stages = stages();

        ReplayReport begun = desk.start(new ReplayDesk.Request("blue", START, null, 0), "tester");
        assertThat(begun.state()).isEqualTo("running");
        assertThatThrownBy(() -> desk.start(new ReplayDesk.Request(null, START, null, 0), "tester"))
                .isInstanceOf(ReplayDesk.BusyException.class).hasMessageContaining(begun.run());
        assertThat(stages()).isEqualTo(stages);
        ReplayReport report = ended(begun.run());

        assertThat(report.state()).as(report.toString()).isEqualTo("done");
        assertThat(report.events()).isEqualTo(4 * USERS);
        assertThat(report.read()).isEqualTo(report.records());
        assertThat(report.evaluationP50Micros()).isPositive().isLessThanOrEqualTo(report.evaluationP99Micros());
        assertThat(report.cpuSecondsPerMillion()).isPositive();
        assertThat(report.allocatedBytesPerEvent()).isPositive();
        assertThat(report.heapMaxBytes()).isPositive();
        assertThat(report.rules().get("succeeded")).isEqualTo(USERS);
        assertThat(report.rules().get("brute-force")).isEqualTo(USERS);
        assertThat(report.rules().get("broken-in")).as("of two levels, by time that runs on").isEqualTo(USERS);

        Map<EventId, List<JsonNode>> withheld = read(Stream.SHADOW);
        assertThat(withheld.keySet()).containsAll(expected);
        assertThat(withheld.values()).allMatch(bodies -> bodies.size() == 1
                && bodies.getFirst().path("run").asString("").equals(report.run())
                && bodies.getFirst().path("engine").asString("").equals("blue"));
        assertThat(report.alerts()).isEqualTo(withheld.size());
        assertThat(published()).isEqualTo(before);
        assertThat(read(Stream.ALERTS).values()).allMatch(b -> b.getFirst().path("run").isMissingNode());
        assertThat(log.audit()).isEqualTo(audit);
        assertThat(stages()).isEqualTo(stages);
        assertThat(log.engines().stream().map(EngineStatus::engine)).containsExactly("blue");

        Parity parity = new Parity(log, desk::span, Duration.ofSeconds(30), Clock.systemUTC());
        Side replay = Side.parse("blue@" + report.run());
        Instant end = START.plus(Duration.ofMinutes(36));
        ParityReport compared = parity.compare(Question.of(Side.parse("blue"), replay).between(START, end));
        assertThat(compared.verdict()).as(compared.toString()).isEqualTo("pass");
        assertThat(compared.firstAlerts()).isEqualTo(compared.secondAlerts()).isGreaterThanOrEqualTo(2 * USERS);

        ReplayReport again = ended(desk.start(new ReplayDesk.Request(null, START, null, 0), "tester").run());
        ParityReport same = parity
                .compare(Question.of(replay, Side.parse("blue@" + again.run())).between(START, end));
        assertThat(List.of(same.verdict(), same.differences())).as(same.toString()).containsExactly("pass", 0L);
        assertThat(desk.list()).hasSize(2);
        assertThat(new ReplayDesk(log, directory.resolve("replays"), _ -> {
            throw new IllegalArgumentException();
        }, Clock.systemUTC()).find(report.run())).contains(report);
    }

    @Test
    void aReplayOfAPeriodTakesOnlyItsEventsAndASlowOneCanBeCancelled() throws Exception {
        story();
        await().atMost(SOON).untilAsserted(() -> assertThat(log.audit().verdict()).isEqualTo("balanced"));
        Instant from = START.plusSeconds(600);
        ReplayReport part = ended(
                desk.start(new ReplayDesk.Request(null, from, from.plusSeconds(300), 0), "tester").run());
        assertThat(part.state()).as(part.toString()).isEqualTo("done");
        assertThat(part.events()).isBetween(100L, 2L * USERS);
        assertThat(read(Stream.SHADOW)).isNotEmpty();
        read(Stream.SHADOW).values().forEach(b -> assertThat(Instant.parse(b.getFirst().path("time").asString("")))
                .isBetween(from, from.plusSeconds(300)));

        ReplayReport slow = desk.start(new ReplayDesk.Request(null, START, null, 1), "tester");
        await().atMost(SOON).until(() -> desk.find(slow.run()).orElseThrow().events() > 0);
        assertThat(desk.cancel(slow.run())).isTrue();
        assertThat(ended(slow.run()).state()).isEqualTo("cancelled");
        assertThat(desk.cancel("nosuchrun")).isFalse();
        assertThatThrownBy(() -> desk.start(new ReplayDesk.Request("green", START, null, 0), "tester"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("runs engine blue");
    }
}
