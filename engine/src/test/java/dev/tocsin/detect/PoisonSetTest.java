package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.Output;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.log.Stage;
import dev.tocsin.log.StageSpec;
import dev.tocsin.log.State;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Rules that are made to hurt, over a real log: the others fire, each culprit is parked and named, and when it is mended
 * its alerts come late, but all, and none twice. What must come is told by matching the same events with the mended rules, one by
 * one. {@code -Dtocsin.poison.rules=10000 -Dtocsin.poison.events=20000 -Dtocsin.poison.groups=1000000
 * -Dtocsin.poison.wait=3600} for the long form.
 */
class PoisonSetTest {
    private static final int RULES = Integer.getInteger("tocsin.poison.rules", 1000);
    private static final int EVENTS = Integer.getInteger("tocsin.poison.events", 1500);
    private static final int GROUPS = Integer.getInteger("tocsin.poison.groups", 1000);
    private static final int FLOOD = Math.max(1000, EVENTS * 2 / 3);
    private static final int ALTERNATIVES = 100_000;
    private static final Duration LONG = Duration.ofSeconds(Long.getLong("tocsin.poison.wait", 180));
    private static final int FALLS_MAX = 6;
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final LogSource SOURCE = LogSource.parse("product=test;category=process_creation");

    @TempDir
    Path directory;

    private final List<Problem> alarms = new CopyOnWriteArrayList<>();

    private static String rule(String id, String detection) {
        return "title: Rule " + id + "\nid: " + id + "\nname: " + id + "\nlevel: high\nlogsource: {product: test}\n"
                + "detection:\n" + detection.indent(2);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }

    private Ruleset load() {
        return SigmaLoading.load(DetectConfig.of(List.of(directory), List.of())).ruleset();
    }

    /** Every kind of culprit, beside many good rules. */
    private void poison() throws IOException {
        write("good.yml", rule("good", "s: {Kind: good}\ncondition: s"));
        write("many.yml", IntStream.range(0, RULES).mapToObj(i -> rule("many-" + i,
                "s: {CommandLine|contains: 'word" + i + " '}\ncondition: s")).collect(Collectors.joining("---\n")));
        write("long.yml", rule("long", "s: {CommandLine|re: '(a+)+b$'}\ncondition: s"));
        write("yaml.yml", "title: [not closed\nid: yaml\n");
        write("bomb.yml", rule("bomb", "s: {CommandLine|re: '" + IntStream.range(0, ALTERNATIVES)
                .mapToObj(i -> (char) ('a' + i % 26) + "x" + i).collect(Collectors.joining("|")) + "'}\ncondition: s"));
        write("all.yml", rule("all", "s: {Kind|exists: true}\ncondition: s"));
        write("fails.yml", rule("fails", "s: {n|endswith: '3'}\ncondition: s"));
        write("slow.yml", rule("slow", "s: {n|endswith: '7'}\ncondition: s"));
        write("groups.yml", rule("silent", "s: {Kind: group}\ncondition: s") + """
                ---
                title: Too many groups
                id: groups
                level: high
                correlation:
                  type: event_count
                  rules: silent
                  group-by: [User]
                  timespan: 1h
                  condition: {gte: 2}
                """);
    }

    /** What is wrong with files is mended. */
    private void mend() throws IOException {
        write("yaml.yml", rule("yaml", "s: {n|endswith: '5'}\ncondition: s"));
        write("bomb.yml", rule("bomb", "s: {CommandLine|re: 'w[o]rd(7|8) '}\ncondition: s"));
        write("all.yml", rule("all", "s: {Kind: good, n|endswith: '2'}\ncondition: s"));
    }

    private static Event event(int n, Map<String, String> fields) {
        Map<String, String> all = new TreeMap<>(fields);
        all.put("n", "n" + n);
        var vendor = Json.object();
        all.forEach(vendor::put);
        var body = Json.object();
        body.set("vendor", vendor);
        return new Event(EventId.ofVendor("acme", "test", Integer.toString(n)), "acme", "test",
                new Origin("site", "node", 1, n + 1L), "host" + n % 7, NOON.plusMillis(n), "", SOURCE,
                Json.write(body));
    }

    private static List<Event> events(int from, int to) {
        String endless = "a".repeat(64 << 10);
        return IntStream.range(from, to).mapToObj(n -> event(n, Map.of("Kind", n % 2 == 0 ? "good" : "other",
                "CommandLine", n % 100 == 50 ? endless + (n % 200 == 50 ? "b" : "") : "run word" + n % 20 + " now")))
                .toList();
    }

    private static void append(DurableLog log, List<Event> events) {
        for (int i = 0; i < events.size(); i += 250) {
            log.appender().append(events.subList(i, Math.min(i + 250, events.size())), List.of(), Map.of()).join();
        }
    }

    private final class World {
        private final ActiveRules active;
        private final Quarantine quarantine;

        World(Ruleset rules, QuarantineConfig config) {
            active = new ActiveRules(rules);
            quarantine = new Quarantine(config, Clock.systemUTC());
        }

        Stage detect(DurableLog log) {
            return new DetectStage(active, new Alerts("blue", "paris", 1),
                    new MatchFeed(CorrelateConfig.DEFAULT, "paris", Clock.systemUTC()), 0, Gate.NONE,
                    new DetectStage.Parking(quarantine, log.past(Stream.EVENTS, "detect")));
        }

        void run(DurableLog log, java.util.function.UnaryOperator<Stage> around) {
            log.run(new StageSpec("process", List.of(Stream.INTAKE), 1, false,
                    _ -> (Stage) (_, events, out) -> events.forEach(e -> out.pass(Stream.EVENTS, e))));
            log.run(new StageSpec("detect", List.of(Stream.EVENTS), 1, true, _ -> around.apply(detect(log))));
            log.run(new StageSpec("correlate", List.of(Stream.MATCHES), 1, true,
                    _ -> new CorrelateStage(active, new Alerts("blue", "paris", 1),
                            new CorrelateConfig(Duration.ofSeconds(5), Duration.ofDays(1), 50, ByteSize.parse("1MiB")),
                            log.partitions(), alarms::add)));
        }

        Set<String> parked() {
            return quarantine.list().stream().filter(p -> p.state().equals("parked")).map(Quarantine.Parked::rule)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static List<Event> alerts(DurableLog log) throws IOException {
        List<Event> alerts = new ArrayList<>();
        log.read(Stream.ALERTS, Instant.EPOCH, Instant.MAX, new StreamReading.Receiver() {
            @Override
            public void begin(long records) {
            }

            @Override
            public void event(Event event) {
                alerts.add(event);
            }
        });
        return alerts;
    }

    /** Rule, then events, of all alerts over single events; fails if one is there twice. */
    private static Map<String, Set<String>> byRule(DurableLog log) throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (Event alert : alerts(log)) {
            JsonNode json = Json.read(alert.json());
            if (json.path("events").size() == 1) {
                String rule = json.path("rule").path("id").asString();
                String event = json.path("events").get(0).asString();
                assertThat(alert.id()).isEqualTo(EventId.ofAlert(rule, List.of(EventId.parse(event))));
                assertThat(found.computeIfAbsent(rule, _ -> new TreeSet<>()).add(event)).as(rule + " twice of " + event)
                        .isTrue();
            }
        }
        return found;
    }

    private static Map<String, Set<String>> oracle(Ruleset rules, List<Event> events) {
        Map<String, Set<String>> expected = new TreeMap<>();
        for (Event event : events) {
            for (DetectionRule rule : rules.match(event.json(), event.logSource()).rules()) {
                if (!rules.correlations().isSilent(rule.id())) {
                    expected.computeIfAbsent(rule.id(), _ -> new TreeSet<>()).add(event.id().toString());
                }
            }
        }
        return expected;
    }

    private static Map<String, Set<String>> without(Map<String, Set<String>> all, Set<String> rules) {
        Map<String, Set<String>> some = new TreeMap<>(all);
        some.keySet().removeAll(rules);
        return some;
    }

    private static Map<String, Integer> engineAlerts(DurableLog log, String rule) throws IOException {
        Map<String, Integer> found = new HashMap<>();
        for (Event alert : alerts(log)) {
            JsonNode json = Json.read(alert.json());
            if (json.path("rule").path("id").asString().equals(rule)) {
                assertThat(alert.customer()).isEqualTo("tocsin");
                found.merge(json.path("engine_alert").path("rule").asString(), 1, Integer::sum);
            }
        }
        return found;
    }

    private static final QuarantineConfig LIMITS = new QuarantineConfig(5, FLOOD, 0.05, Duration.ofMillis(2), 0.5,
            ByteSize.parse("1GiB"));
    private static final Set<String> CULPRITS = Set.of("all", "fails", "slow", "file:bomb.yml", "file:yaml.yml");
    private static final Set<String> PARKED = Set.of("all", "fails", "slow", "bomb", "yaml");

    @Test
    void othersFireCulpritsAreParkedAndWhenMendedTheirAlertsComeLateButAll() throws Exception {
        poison();
        World world = new World(new TroubledRules(load(), Set.of("fails"), Set.of("slow"), 5_000_000), LIMITS);
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), Logons.STATEFUL)) {
            world.run(log, stage -> stage);
            List<Event> events = new ArrayList<>(events(0, EVENTS));
            IntStream.range(0, GROUPS).forEach(i -> events.add(event(EVENTS + i,
                    Map.of("Kind", "group", "User", "user" + i))));
            append(log, events);
            Map<String, Set<String>> ofOthers = without(oracle(load(), events), PARKED);
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(world.parked()).isEqualTo(CULPRITS);
                assertThat(log.audit().verdict()).isEqualTo("balanced");
                assertThat(without(byRule(log), PARKED)).isEqualTo(ofOthers);
            });
            assertThat(world.quarantine.list()).filteredOn(p -> p.rule().equals("file:bomb.yml")).first()
                    .satisfies(p -> assertThat(p.cause()).contains("bomb.yml:", "S113", "alternatives"));
            assertThat(world.quarantine.list()).filteredOn(p -> p.rule().equals("slow")).first()
                    .satisfies(p -> assertThat(p.cause()).contains("ms alone"));
            assertThat(engineAlerts(log, EngineAlerts.QUARANTINE).keySet()).isEqualTo(CULPRITS);
            assertThat(engineAlerts(log, EngineAlerts.QUARANTINE).values()).containsOnly(1);
            assertThat(log.stage("detect").orElseThrow().status().dead()).isZero();
            assertThat(alarms).extracting(Problem::code).contains("E420");
            assertThat(engineAlerts(log, EngineAlerts.LOSS)).containsKey("groups");

            mend();
            Ruleset mended = load();
            assertThat(mended.refused()).isEmpty();
            world.active.exchange(mended);
            List<Event> later = events(100_000, 100_000 + EVENTS / 2);
            append(log, later);
            events.addAll(later);
            Map<String, Set<String>> expected = oracle(mended, events);
            assertThat(expected).containsKeys("good", "long", "many-3", "all", "fails", "slow", "bomb", "yaml");
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(world.quarantine.list()).isEmpty();
                assertThat(log.audit().verdict()).isEqualTo("balanced");
                Map<String, Set<String>> found = byRule(log);
                assertThat(without(found, Set.of("all"))).isEqualTo(without(expected, Set.of("all")));
                // What it raised before it was parked, it raised.
                assertThat(found.get("all")).containsAll(expected.get("all"));
            });
            assertThat(byRule(log).get("all").size()).isLessThan(expected.get("all").size() + 2 * FLOOD);
            assertThat(world.quarantine.lateAlerts()).isPositive();
        } finally {
            world.quarantine.close();
        }
    }

    /** A stage that falls over again and again after it has done its work, and before that is committed. */
    private record Falling(Stage stage, AtomicInteger turns, AtomicInteger falls) implements Stage {
        @Override
        public void assigned(int partition, State state) {
            stage.assigned(partition, state);
        }

        @Override
        public void revoked(int partition) {
            stage.revoked(partition);
        }

        @Override
        public void offsets(int partition, long[] offsets) {
            stage.offsets(partition, offsets);
        }

        @Override
        public void handle(int partition, List<Event> events, Output out) throws Exception {
            stage.handle(partition, events, out);
        }

        @Override
        public boolean beside(int partition, long next, Output out) throws Exception {
            boolean done = stage.beside(partition, next, out);
            if (done && turns.incrementAndGet() % 3 == 0 && falls.get() < FALLS_MAX) {
                falls.incrementAndGet();
                throw new IllegalStateException("fallen over on purpose");
            }
            return done;
        }

        @Override
        public void close() throws Exception {
            stage.close();
        }
    }

    @Test
    void aCrashBetweenSlicesLosesNoAlertAndDoublesNone() throws Exception {
        write("good.yml", rule("good", "s: {Kind: good}\ncondition: s"));
        write("fails.yml", rule("fails", "s: {Kind|exists: true}\ncondition: s"));
        QuarantineConfig config = new QuarantineConfig(5, 1_000_000, 1, Duration.ofSeconds(10), 0.5,
                ByteSize.parse("1GiB"));
        String prefix = SharedBroker.newPrefix();
        List<Event> events = new ArrayList<>(events(0, 3 * EVENTS));
        World first = new World(new TroubledRules(load(), Set.of("fails"), Set.of(), 0), config);
        try (DurableLog log = SharedBroker.open(prefix, Logons.STATEFUL)) {
            first.run(log, stage -> stage);
            append(log, events);
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(first.parked()).containsExactly("fails");
                assertThat(log.audit().verdict()).isEqualTo("balanced");
            });
        }
        first.quarantine.close();
        // Another process finds it in the state, as it was; and falls while it catches up.
        World second = new World(new TroubledRules(load(), Set.of("fails"), Set.of(), 0), config);
        AtomicInteger falls = new AtomicInteger();
        try (DurableLog log = SharedBroker.open(prefix, Logons.STATEFUL)) {
            second.run(log, stage -> new Falling(stage, new AtomicInteger(), falls));
            await().atMost(LONG).untilAsserted(() -> assertThat(second.parked()).containsExactly("fails"));
            List<Event> later = events(100_000, 100_000 + EVENTS / 2);
            second.active.exchange(load());
            append(log, later);
            events.addAll(later);
            Map<String, Set<String>> expected = oracle(load(), events);
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(second.quarantine.list()).isEmpty();
                assertThat(byRule(log)).isEqualTo(expected);
                assertThat(log.audit().verdict()).isEqualTo("balanced");
            });
            assertThat(falls.get()).isGreaterThanOrEqualTo(2);
        } finally {
            second.quarantine.close();
        }
    }

    @Test
    void whatIsReleasedAsItIsCatchesUpAndAnUnknownNameIsRefused() throws Exception {
        write("all.yml", rule("all", "s: {Kind|exists: true}\ncondition: s"));
        QuarantineConfig config = new QuarantineConfig(5, 100, 1, Duration.ofSeconds(10), 0.5,
                ByteSize.parse("1GiB"));
        World world = new World(load(), config);
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), Logons.STATEFUL)) {
            world.run(log, stage -> stage);
            List<Event> events = events(0, 180);
            append(log, events);
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(world.parked()).containsExactly("all");
                assertThat(log.audit().verdict()).isEqualTo("balanced");
                assertThat(byRule(log).get("all")).hasSize(100);
            });
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> world.quarantine.release("nothing"))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("all");
            world.quarantine.release("all");
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(world.quarantine.list()).isEmpty();
                assertThat(byRule(log)).isEqualTo(oracle(load(), events));
            });
        } finally {
            world.quarantine.close();
        }
    }

}
