package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.detect.ActiveRules;
import dev.tocsin.detect.Logons;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.EngineStatus;
import dev.tocsin.log.ShadowBox;
import dev.tocsin.log.ShadowEntry;
import dev.tocsin.log.ShadowQuery;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import dev.tocsin.rollout.Assignment;
import dev.tocsin.rollout.FlagDesk;
import dev.tocsin.rollout.OwnerDesk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two engines over one log, and customers that change hands while events flow. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HandOverTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration IDLE = Duration.ofMillis(300);
    private static final int FLIPS = Integer.getInteger("tocsin.flips", 40);
    private static final int CUSTOMERS = 5;
    private static final long SEED = Long.getLong("tocsin.seed", 20261122L);

    @TempDir
    Path directory;

    private final String prefix = SharedBroker.newPrefix();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private DurableLog log;
    private OwnerDesk owners;

    @BeforeEach
    void open() {
        log = SharedBroker.open(prefix, Logons.STATEFUL);
        Logons.runProcess(log);
        owners = new OwnerDesk(log.changeLog("control-owners"), "paris", Clock.systemUTC());
        opened.add(owners);
        engine("blue");
        engine("green");
    }

    private void engine(String name) {
        FlagDesk flags = new FlagDesk(log.changeLog("control-flags"), null, name, "paris", Clock.systemUTC());
        OwnerDesk own = new OwnerDesk(log.changeLog("control-owners"), "paris", Clock.systemUTC());
        opened.add(flags);
        opened.add(own);
        assertThat(flags.await(SOON) && own.await(SOON)).isTrue();
        Logons.runEngine(log, new ActiveRules(Logons.rules(directory.resolve(name), "1m", false)), IDLE, name,
                new EngineGate(flags.gates(), own.ownership()));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        log.close();
    }

    private void own(String customer, String engine) {
        owners.change(new OwnerDesk.Request(List.of(new Assignment(customer, "*", engine)), "test", null), "tester");
    }

    private void append(List<Event> events) {
        log.appender().append(events, List.of(), Map.of()).join();
    }

    /** The records of a stream by id, with the engine of each. */
    private Map<EventId, List<String>> engines(Stream stream) throws IOException {
        Map<EventId, List<String>> found = new HashMap<>();
        log.read(stream, Instant.EPOCH, Instant.now().plus(Duration.ofDays(1)), new StreamReading.Receiver() {
            @Override
            public void begin(long records) {
                // Counted by what comes.
            }

            @Override
            public void event(Event event) {
                JsonNode body = Json.read(event.json());
                found.computeIfAbsent(event.id(), _ -> new ArrayList<>()).add(body.path("engine").asString("?"));
            }
        });
        return found;
    }

    @Test
    void eachAlertIsPublishedOnceByWhomeverTheEventBelongedTo() throws Exception {
        own(Assignment.ALL, "blue");
        Random random = new Random(SEED);
        Set<EventId> expected = new HashSet<>();
        Map<String, String> owner = new TreeMap<>();
        Instant start = Instant.now().minusSeconds(600);
        int n = 0;
        for (int flip = 0; flip < FLIPS; flip++) {
            List<Event> events = new ArrayList<>();
            for (int c = 0; c < CUSTOMERS; c++) {
                String customer = "customer" + c;
                Instant time = start.plusMillis(n * 10L);
                Event ok = Logons.logon(customer, n++, time, "alice", "ok");
                events.add(ok);
                expected.add(EventId.ofAlert("succeeded", List.of(ok.id())));
                // Three of these are an alert of a correlation; hand-overs fall between them.
                List<EventId> three = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Event failed = Logons.logon(customer, n++, time.plusMillis(i), "user" + flip, "failed");
                    events.add(failed);
                    three.add(failed.id());
                }
                expected.add(EventId.ofAlert("brute-force", three));
            }
            int cut = random.nextInt(events.size());
            append(events.subList(0, cut + 1));
            String customer = "customer" + random.nextInt(CUSTOMERS);
            String next = owner.getOrDefault(customer, "blue").equals("blue") ? "green" : "blue";
            own(customer, next);
            owner.put(customer, next);
            append(events.subList(cut + 1, events.size()));
        }
        await().atMost(SOON).pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(engines(Stream.ALERTS).size() + engines(Stream.SHADOW).size())
                        .isGreaterThanOrEqualTo(2 * expected.size()));
        Map<EventId, List<String>> published = engines(Stream.ALERTS);
        Map<EventId, List<String>> withheld = engines(Stream.SHADOW);
        assertThat(published.keySet()).isEqualTo(expected);
        assertThat(withheld.keySet()).isEqualTo(expected);
        assertThat(published.values()).allMatch(by -> by.size() == 1);
        published.forEach((id, by) -> assertThat(withheld.get(id)).as("the other engine withholds it")
                .containsExactly(by.getFirst().equals("blue") ? "green" : "blue"));
        assertThat(published.values().stream().flatMap(List::stream).distinct()).containsExactlyInAnyOrder("blue",
                "green");
        await().atMost(SOON).untilAsserted(() -> assertThat(log.audit().verdict()).isEqualTo("balanced"));

        // Read again, each event belongs to whom it belonged then.
        log.stage("detect").orElseThrow().rewind(Optional.empty());
        log.stage("detect-green").orElseThrow().rewind(Optional.empty());
        await().atMost(SOON).pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(engines(Stream.ALERTS).values().stream()
                        .filter(by -> by.size() == 2).count()).isGreaterThanOrEqualTo(expected.size() / 2));
        engines(Stream.ALERTS).forEach((id, by) -> assertThat(by).as("published again by the same engine")
                .allMatch(e -> e.equals(published.get(id).getFirst())));
    }

    private static ShadowQuery all(String engine) {
        return new ShadowQuery(engine, "", Set.of(), false, Instant.EPOCH, Instant.now().plus(Duration.ofDays(1)));
    }

    @Test
    void whatNobodyPublishedIsCountedAndCanBeLetGoOnce() throws Exception {
        own(Assignment.ALL, "purple");
        List<Event> events = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            events.add(Logons.logon("acme", n, Instant.now().minusSeconds(60), "alice", "ok"));
        }
        append(events);
        ShadowBox shadow = log.shadow();
        await().atMost(SOON).untilAsserted(() -> assertThat(engines(Stream.SHADOW).values()).hasSize(10)
                .allMatch(by -> by.size() == 2));
        assertThat(engines(Stream.ALERTS)).isEmpty();
        assertThat(shadow.unread("blue")).isEqualTo(10);
        assertThat(shadow.list(all("green"), 4)).hasSize(4).allMatch(e -> e.decided() && e.kind().equals("alert")
                && e.rule().equals("succeeded")
                && e.reason().equals("customer acme is owned by engine purple"));
        assertThat(shadow.release(all("blue"), "tester")).isEqualTo(10);
        assertThat(engines(Stream.ALERTS).values()).hasSize(10).allMatch(by -> by.equals(List.of("blue")));
        await().atMost(SOON).untilAsserted(() -> assertThat(shadow.list(all("blue"), 100)).hasSize(10)
                .allMatch(ShadowEntry::released));
        assertThat(shadow.release(all("blue"), "tester")).isZero();
        assertThat(shadow.release(all("green"), "tester")).as("the same alerts are there already").isZero();
        assertThat(shadow.unread("green")).isZero();
        await().atMost(SOON).untilAsserted(() -> assertThat(log.audit().verdict()).isEqualTo("balanced"));
        assertThat(log.engines()).extracting(EngineStatus::engine).containsExactly("blue", "green");
    }

    @Test
    void anEventThatTwoEnginesHoldIsLetGoForEachOfThem() throws Exception {
        FlagDesk desk = new FlagDesk(log.changeLog("control-flags"), null, "blue", "paris", Clock.systemUTC());
        opened.add(desk);
        assertThat(desk.await(SOON)).isTrue();
        JsonNode disabled = Json
                .read("{\"flags\":{\"detect.ingress\":{\"state\":\"DISABLED\",\"variants\":{\"open\":true,"
                        + "\"closed\":false},\"defaultVariant\":\"open\"}}}");
        assertThat(desk.change(new FlagDesk.Request(null, disabled, "test", null, false), "tester").applied()).isTrue();
        await().atMost(SOON).until(() -> {
            append(List.of(Logons.logon("acme", (int) (System.nanoTime() >>> 20), Instant.now(), "alice", "ok")));
            return log.shadow().unread("blue") > 0 && log.shadow().unread("green") > 0;
        });
        long green = log.shadow().unread("green");
        assertThat(log.shadow().release(all("blue"), "tester")).isPositive();
        await().atMost(SOON).untilAsserted(() -> assertThat(log.shadow().list(all("blue"), 100))
                .anyMatch(ShadowEntry::released));
        assertThat(log.shadow().unread("green")).as("what green holds still waits").isGreaterThanOrEqualTo(green);
    }
}
