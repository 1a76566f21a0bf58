package dev.tocsin.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.detect.ActiveRules;
import dev.tocsin.detect.Alerts;
import dev.tocsin.detect.CorrelateConfig;
import dev.tocsin.detect.CorrelateStage;
import dev.tocsin.detect.DetectConfig;
import dev.tocsin.detect.DetectStage;
import dev.tocsin.detect.Gate;
import dev.tocsin.detect.Logons;
import dev.tocsin.detect.MatchFeed;
import dev.tocsin.detect.SigmaLoading;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.health.Metrics;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.Output;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.log.Stage;
import dev.tocsin.log.StageSpec;
import dev.tocsin.log.State;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import dev.tocsin.sigma.RuleCache;
import dev.tocsin.sigma.RuleTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Content is exchanged again and again while events flow: no partition moves, no event is left, and a correlation that did not
 * change goes on counting across the exchanges. {@code -Dtocsin.reloads=100 -Dtocsin.rate=2000} for the long form, {@code
 * -Dtocsin.content.rules=DIR} for the public rule set beside ours.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ReloadSim {
    private static final int RELOADS = Integer.getInteger("tocsin.reloads", 10);
    private static final int RATE = Integer.getInteger("tocsin.rate", 500);
    private static final Duration PAUSE = Duration.ofMillis(Integer.getInteger("tocsin.pause", 100));
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int STEP_MILLIS = 20;
    /** Steps between two failures of a user: longer than a reload takes. */
    private static final int GAP = 60;

    @TempDir
    Path directory;
    private final AtomicInteger assigned = new AtomicInteger();
    private final AtomicInteger revoked = new AtomicInteger();
    private final Map<EventId, Long> sent = new ConcurrentHashMap<>();
    private final Map<EventId, Long> latency = new ConcurrentHashMap<>();
    private final Set<EventId> expected = ConcurrentHashMap.newKeySet();
    private final AtomicInteger events = new AtomicInteger();

    /** Counts what happens to partitions. */
    private final class Watched implements Stage {
        private final Stage stage;

        Watched(Stage stage) {
            this.stage = stage;
        }

        @Override
        public void assigned(int partition, State state) {
            assigned.incrementAndGet();
            stage.assigned(partition, state);
        }

        @Override
        public void revoked(int partition) {
            revoked.incrementAndGet();
            stage.revoked(partition);
        }

        @Override
        public boolean wantsMarks() {
            return stage.wantsMarks();
        }

        @Override
        public void offsets(int partition, long[] offsets) {
            stage.offsets(partition, offsets);
        }

        @Override
        public boolean beside(int partition, long next, Output out) throws Exception {
            return stage.beside(partition, next, out);
        }

        @Override
        public void handle(int partition, List<Event> events, Output out) throws Exception {
            stage.handle(partition, events, out);
        }

        @Override
        public void idle(int partition, Output out) throws Exception {
            stage.idle(partition, out);
        }

        @Override
        public void rewound(int partition) {
            stage.rewound(partition);
        }
    }

    private void run(DurableLog log, ActiveRules active) {
        CorrelateConfig config = new CorrelateConfig(Duration.ofSeconds(5), Duration.ofMillis(500), 1_000_000, ByteSize
                .parse("256MiB"));
        Alerts alerts = new Alerts("blue", "paris", 1);
        Logons.runProcess(log);
        log.run(new StageSpec("detect", List.of(Stream.EVENTS), 1, true, _ -> new Watched(new DetectStage(active,
                alerts, new MatchFeed(config, "paris", Clock.systemUTC()), 0, Gate.NONE))));
        log.run(new StageSpec("correlate", List.of(Stream.MATCHES), 1, true, _ -> new Watched(new CorrelateStage(active,
                alerts, config, log.partitions(), problem -> {
                    throw new AssertionError(problem);
                }, Gate.NONE))));
    }

    /** Rules of which one changes. */
    private ContentTree tree(int version) throws IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        String from = System.getProperty("tocsin.content.rules", "");
        if (!from.isEmpty()) {
            files.putAll(ContentTree.ofDirectory(Path.of(from), "", ContentConfig.DEFAULT.limits()).files());
        }
        Path logons = directory.resolve("logons");
        Logons.rules(logons, "1h", false);
        files.put("logons.yml", Files.readAllBytes(logons.resolve("rules.yml")));
        ContentTree ours = new ContentTree(files, "v" + version);
        return ContentKit.with(ours, "v" + version, "changing.yml", ContentKit.rule(1, "word" + version));
    }

    /** Sends at a steady rate: noise, a logon whose alert is waited for, and failures of users, far apart. */
    private void feed(DurableLog log, AtomicBoolean done) {
        int step = 0;
        List<List<EventId>> failures = new ArrayList<>();
        long next = System.nanoTime();
        while (!done.get() || failures.stream().anyMatch(f -> f.size() < 3)) {
            List<Event> batch = new ArrayList<>();
            Instant now = Instant.now();
            while (batch.size() < RATE * STEP_MILLIS / 1000) {
                batch.add(Logons.logon("acme", events.getAndIncrement(), now, "bob", "unknown"));
            }
            Event probe = Logons.logon("acme", events.getAndIncrement(), now, "alice", "ok");
            batch.add(probe);
            EventId alert = EventId.ofAlert("succeeded", List.of(probe.id()));
            expected.add(alert);
            if (!done.get() && step % 5 == 0) {
                failures.add(new ArrayList<>());
            }
            for (int user = 0; user < failures.size(); user++) {
                List<EventId> of = failures.get(user);
                if (of.size() < 3 && step >= user * 5 + of.size() * GAP) {
                    Event failed = Logons.logon("acme", events.getAndIncrement(), now, "user" + user, "failed");
                    batch.add(failed);
                    of.add(failed.id());
                    if (of.size() == 3) {
                        expected.add(EventId.ofAlert("brute-force", of));
                    }
                }
            }
            sent.put(alert, System.nanoTime());
            log.appender().append(batch, List.of(), Map.of());
            step++;
            next += STEP_MILLIS * 1_000_000L;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void received(Event alert) {
        Long at = sent.get(alert.id());
        if (at != null) {
            latency.put(alert.id(), System.nanoTime() - at);
        }
    }

    private static String figures(List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty()
                ? "none"
                : "p50 %d ms, p99 %d ms, max %d ms of %d".formatted(sorted.get(sorted.size() / 2) / 1_000_000, sorted
                        .get(sorted.size() * 99 / 100) / 1_000_000, sorted.getLast() / 1_000_000, sorted.size());
    }

    @Test
    void nothingMovesNothingIsLostAndCorrelationsGoOnCounting() throws Exception {
        ActiveRules active = new ActiveRules(SigmaLoading.load(DetectConfig.of(List.of(), List.of())).ruleset());
        Metrics metrics = new Metrics();
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), Logons.STATEFUL);
                ContentDesk desk = new ContentDesk(new ContentDesk.Parts("n1", log.changeLog("control-content-heads"),
                        log.blobs("control-content"), log.board("control-content-running"), new BundleShelf(directory
                                .resolve("content")),
                        directory.resolve("content.key"), ContentConfig.DEFAULT, List.of(),
                        new RuleCache(), raw -> new RuleTests.Reading(raw, null, List.of(), null), new LeadTimes(
                                metrics),
                        Clock.systemUTC()));
                EngineContent engine = new EngineContent("blue", desk, "none", l -> active.exchange(l.ruleset()))) {
            PushRequest request = ContentKit.keepGood();
            desk.await(LONG);
            assertThat(desk.push(tree(0), request).state()).isEqualTo("announced");
            engine.begin(LONG);
            engine.start();
            run(log, active);
            AutoCloseable tap = log.tap(Stream.ALERTS, this::received);
            AtomicBoolean done = new AtomicBoolean();
            Thread feeder = Thread.ofPlatform().start(() -> feed(log, done));
            await().atMost(LONG).until(() -> !latency.isEmpty());
            latency.clear();
            await().pollDelay(PAUSE.multipliedBy(RELOADS).plusSeconds(3)).atMost(LONG.multipliedBy(3))
                    .until(() -> true);
            List<Long> before = List.copyOf(latency.values());
            int assignedBefore = assigned.get();
            latency.clear();
            for (int i = 1; i <= RELOADS; i++) {
                String commit = "v" + i;
                assertThat(desk.push(tree(i), request).state()).isEqualTo("announced");
                await().atMost(LONG).until(() -> engine.running().commit().equals(commit));
                await().pollDelay(PAUSE).until(() -> true);
            }
            List<Long> during = List.copyOf(latency.values());
            done.set(true);
            feeder.join();
            await().atMost(LONG).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> assertThat(alerts(log).size())
                    .isGreaterThanOrEqualTo(expected.size()));
            assertThat(assigned.get()).as("partitions that were assigned anew").isEqualTo(assignedBefore);
            assertThat(revoked.get()).as("partitions that were taken away").isZero();
            Set<String> contents = new HashSet<>();
            List<EventId> raised = new ArrayList<>();
            for (Event alert : alerts(log)) {
                raised.add(alert.id());
                contents.add(Json.read(alert.json()).path("content").asString());
            }
            assertThat(raised).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(contents).contains("v" + RELOADS).hasSizeGreaterThan(RELOADS / 2);
            await().atMost(LONG).untilAsserted(() -> assertThat(log.audit().verdict()).isEqualTo("balanced"));
            tap.close();
            System.out.printf("%d reloads of %d rules, %d events, %d alerts: latency before %s; during %s%n", RELOADS,
                    active.ruleset().rules().size(), events.get(), raised.size(), figures(before), figures(during));
        } finally {
            metrics.close();
        }
    }

    private static List<Event> alerts(DurableLog log) throws IOException {
        List<Event> alerts = new ArrayList<>();
        log.read(Stream.ALERTS, Instant.EPOCH, Instant.MAX, new StreamReading.Receiver() {
            @Override
            public void begin(long records) {
                // Counted by what comes.
            }

            @Override
            public void event(Event event) {
                alerts.add(event);
            }
        });
        return alerts;
    }
}
